"""DROP by kind, and TRUNCATE: what holds rows, what holds others, and what is only a definition."""

from __future__ import annotations

from safesql.guard.analysis.dynamic import deallocate
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family

KINDS = tuple(kind.split() for kind in (
    "TEMPORARY TABLE", "TEMPORARY SEQUENCE", "TABLE", "TABLES", "MATERIALIZED VIEW", "FOREIGN TABLE", "VIEW", "INDEX",
    "SEQUENCE", "DATABASE", "SCHEMA", "OWNED", "TABLESPACE", "UNDO TABLESPACE", "LOGFILE GROUP", "EXTENSION", "TYPE",
    "DOMAIN", "COLLATION", "FUNCTION", "AGGREGATE FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE", "OPERATOR CLASS",
    "OPERATOR FAMILY", "OPERATOR", "CAST", "ACCESS METHOD", "CONVERSION", "EVENT TRIGGER", "EVENT", "TRIGGER", "RULE",
    "POLICY", "ROLE", "USER MAPPING", "USER", "GROUP", "SERVER", "FOREIGN DATA WRAPPER", "LANGUAGE",
    "PROCEDURAL LANGUAGE", "TRUSTED LANGUAGE", "PUBLICATION", "SUBSCRIPTION", "STATISTICS", "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE", "TRANSFORM", "PACKAGE BODY", "PACKAGE",
    "RESOURCE GROUP", "SPATIAL REFERENCE SYSTEM", "LIBRARY", "PREPARE", "CATALOG", "PROPERTY GRAPH", "ASSERTION",
))
ROWS = {"TABLE": "table", "TABLES": "table", "MATERIALIZED VIEW": "materialized view"}
CONTAINERS = {"DATABASE": "database", "SCHEMA": "schema", "OWNED": "owned objects"}
HARMLESS_CASCADE = frozenset(
    {"TRIGGER", "RULE", "POLICY", "INDEX", "STATISTICS", "ROLE", "USER", "EVENT TRIGGER", "CAST"}
)
INNODB_KEEPS = frozenset({"TABLESPACE", "UNDO TABLESPACE"})


def drop(phrase: Phrase) -> Effect:
    """DROP kind [IF EXISTS] names [CASCADE]."""
    kind = _kind(phrase, phrase.lo + 1)
    if not kind:
        return phrase.opaque("a DROP that is not understood")
    if kind == "PREPARE":
        return deallocate(phrase)
    at = phrase.lo + 1 + len(kind.split())
    while phrase.word(at) in ("IF", "EXISTS", "CONCURRENTLY", "BY", "ONLINE", "OFFLINE"):
        at += 1
    cascades = any(phrase.word(index) == "CASCADE" for index in phrase.tops(at))
    whole = _whole(phrase, kind, cascades=cascades)
    names = [name_at(part, part.lo)[0] for part in phrase.sub(at, phrase.hi).split()]
    effects = [replace(whole, target=name) for name in names]
    return spread(effects[0], *effects[1:]) if effects else whole


def _kind(phrase: Phrase, at: int) -> str:
    """The kind of thing that is dropped, the longest that fits; empty when it is not known."""
    fitting = [kind for kind in KINDS if phrase.has(at, *kind)]
    return max((" ".join(kind) for kind in fitting), key=len, default="")


def _whole(phrase: Phrase, kind: str, *, cascades: bool) -> Effect:
    """The effect, without the name."""
    mysql, postgres = phrase.family is Family.MYSQL, phrase.family is Family.POSTGRES
    verb = "DROP TABLE" if kind == "TABLES" else f"DROP {kind}"
    note = "CASCADE takes what depends on it along" if cascades and postgres else ""
    if kind.startswith("TEMPORARY"):
        return phrase.effect(verb, Reach.SESSION, None, "temporary table")
    effect = replace(phrase.effect(verb, Reach.SCHEMA, None, kind.lower()), note=note, commits=mysql)
    if kind in ROWS:
        return replace(effect, kind=ROWS[kind], extent=Extent.ALL)
    if kind in CONTAINERS:
        return replace(effect, kind=CONTAINERS[kind], extent=Extent.ALL, alone=postgres and kind == "DATABASE")
    if cascades and postgres and kind not in HARMLESS_CASCADE:
        return replace(effect, verb=f"DROP {kind} CASCADE", extent=Extent.UNKNOWN)
    if kind in INNODB_KEEPS:
        return replace(effect, alone=postgres)
    return effect


def truncate(phrase: Phrase) -> Effect:
    """TRUNCATE [TABLE] [ONLY] names: every row of each goes."""
    at = phrase.lo + 1
    at += phrase.word(at) == "TABLE"
    whole = Effect(
        "TRUNCATE", Reach.ROWS, phrase.span(), None, "table", Extent.ALL,
        "CASCADE empties the tables that refer to it too" if "CASCADE" in phrase.code.words[at : phrase.hi] else "",
        commits=phrase.family is Family.MYSQL,
    )
    found: list[Effect] = []
    for part in phrase.sub(at, phrase.hi).split():
        start = part.lo + (part.word(part.lo) == "ONLY")
        name, end = name_at(part, start)
        found.append(replace(whole, target=name, target_at=part.sub(start, end).span()))
    return spread(found[0], *found[1:]) if found else phrase.opaque("a TRUNCATE without a table")
