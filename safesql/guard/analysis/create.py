"""CREATE: defines, and loses nothing, but for OR REPLACE of what holds rows, and an event, which nobody calls."""

from __future__ import annotations

from safesql.guard.analysis.body import closes_at_end
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.stored import body_of, scheduled, trigger_of
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family

BEFORE_KIND = frozenset({
    "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "RECURSIVE", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR",
    "BITMAP", "CONSTRAINT", "DEFAULT", "TRUSTED", "PROCEDURAL", "ALGORITHM", "DEFINER", "SQL", "SECURITY",
    "AGGREGATE", "VIRTUAL", "EVENT", "UNDO", "ONLINE", "OFFLINE", "MATERIALIZED", "FOREIGN", "EXTERNAL", "INVOKER",
    "MERGE", "TEMPTABLE", "UNDEFINED", "CURRENT_USER", "CURRENT_ROLE", "DUALITY", "JSON", "RELATIONAL",
})
KINDS = {
    "TABLE", "VIEW", "INDEX", "SEQUENCE", "DATABASE", "SCHEMA", "FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "RULE",
    "ROLE", "USER", "GROUP", "EXTENSION", "TYPE", "DOMAIN", "COLLATION", "AGGREGATE", "OPERATOR", "CAST", "ACCESS",
    "CONVERSION", "LANGUAGE", "POLICY", "PUBLICATION", "SUBSCRIPTION", "SERVER", "STATISTICS", "TABLESPACE", "TEXT",
    "TRANSFORM", "DATA", "LOGFILE", "RESOURCE", "PACKAGE", "LIBRARY", "REFERENCE", "ASSERTION", "PROPERTY", "CATALOG",
}
ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "PACKAGE", "LIBRARY", "RULE"})
REPLACED = {
    "TABLE": "DROP TABLE", "DATABASE": "DROP DATABASE", "SCHEMA": "DROP DATABASE", "SEQUENCE": "DROP SEQUENCE",
    "ROLE": "DROP ROLE", "USER": "DROP USER",
}
"""What OR REPLACE of MariaDB drops: with accounts their grants go, with a sequence the place it was at."""
NO_ROWS = frozenset({"SEQUENCE", "ROLE", "USER"})
LOADED = frozenset({"FUNCTION", "AGGREGATE"})
NOW = frozenset({"CURRENT_TIMESTAMP", "NOW", "SYSDATE", "LOCALTIME", "LOCALTIMESTAMP", "UTC_TIMESTAMP"})


def create(phrase: Phrase) -> Effect:
    """CREATE [OR REPLACE] .. kind .."""
    at = phrase.lo + 1
    replaces = phrase.has(at, "OR", "REPLACE")
    kind_at = _kind_at(phrase, at + 2 * replaces)
    kind = phrase.word(kind_at)
    if kind not in KINDS:
        return phrase.opaque("a CREATE that is not understood")
    before = {phrase.word(index) for index in range(at, kind_at)}
    kind = _full(kind, before, phrase, kind_at)
    name = _name(phrase, kind_at)
    present = "may have been there already" if replaces or "EXISTS" in _words(phrase, kind_at) else ""
    if kind in LOADED and phrase.word(phrase.hi - 2) == "SONAME":
        loads = replace(phrase.effect("INSTALL", Reach.SERVER, None, "control"), note="loads code into the server")
        return spread(phrase.effect("CREATE FUNCTION", Reach.SCHEMA, name, "function"), loads)
    if kind in ROUTINES:
        return replace(_routine(phrase, kind, name, kind_at), note=present)
    temporary = kind == "TABLE" and not before.isdisjoint(("TEMP", "TEMPORARY"))
    return replace(_made(phrase, kind, name, replaces=replaces, temporary=temporary), note=present)


def defines(phrase: Phrase) -> str:
    """The word for the kind of what a CREATE makes."""
    at = phrase.lo + 1
    return phrase.word(_kind_at(phrase, at + 2 * phrase.has(at, "OR", "REPLACE")))


def _full(kind: str, before: set[str], phrase: Phrase, at: int) -> str:
    """The kind as DROP calls it."""
    if "MATERIALIZED" in before:
        return "MATERIALIZED VIEW"
    if kind == "TABLE" and "FOREIGN" in before:
        return "FOREIGN TABLE"
    if kind == "TRIGGER" and "EVENT" in before:
        return "EVENT TRIGGER"
    if phrase.has(at, "DATA", "WRAPPER"):
        return "FOREIGN DATA WRAPPER"
    return kind


def _words(phrase: Phrase, at: int) -> list[str]:
    """The words after the kind, where IF NOT EXISTS stands."""
    return [phrase.word(index) for index in range(at + 1, at + 5)]


def _kind_at(phrase: Phrase, at: int) -> int:
    """The index of the word for the kind, after what may stand before it: DEFINER = a@b, ALGORITHM = MERGE."""
    while at < phrase.hi:
        word = phrase.word(at)
        if word in KINDS and not (word == "EVENT" and phrase.word(at + 1) == "TRIGGER"):
            return at
        if word in BEFORE_KIND and word not in ("DEFINER", "ALGORITHM"):
            at += 1
        elif word in ("DEFINER", "ALGORITHM"):
            at = _after_value(phrase, at + 2) if phrase.text(at + 1) == "=" else at + 1
        else:
            break
    return at


def _after_value(phrase: Phrase, at: int) -> int:
    """The index after an account (a@b, a @ b, CURRENT_USER(), 'a'@'b') or a word."""
    at += 1
    while phrase.text(at).startswith("@") or phrase.text(at - 1) == "@":
        at += 1
    return phrase.after(at) if phrase.text(at) == "(" else at


def _name(phrase: Phrase, kind_at: int) -> Name | None:
    """The name of what is created."""
    at = kind_at + 1
    while phrase.word(at) in ("IF", "NOT", "EXISTS", "CONCURRENTLY", "SEARCH", "GROUP", "WRAPPER"):
        at += 1
    return name_at(phrase, at)[0]


def _made(phrase: Phrase, kind: str, name: Name | None, *, replaces: bool, temporary: bool) -> Effect:
    """The effect of a CREATE that holds no body."""
    reach = Reach.SESSION if temporary else Reach.SCHEMA
    mysql = phrase.family is Family.MYSQL
    # what is gone at the next COMMIT hides no other table's name for long
    lasts = temporary and phrase.word(phrase.find(frozenset({"COMMIT"})) + 1) != "DROP"
    effect = replace(
        phrase.effect(f"CREATE {kind}", reach, name, "temporary table" if lasts else kind.lower()),
        commits=mysql and not temporary, alone=_alone(phrase, kind),
    )
    if replaces and kind in REPLACED and not temporary:
        extent = Extent.ADDED if kind in NO_ROWS else Extent.ALL
        note = "OR REPLACE drops what is there first"
        effect = spread(effect, Effect(REPLACED[kind], Reach.SCHEMA, phrase.span(), name, kind.lower(), extent, note))
    return spread(effect, *nested(phrase))


def _alone(phrase: Phrase, kind: str) -> bool:
    """PostgreSQL refuses these inside a transaction block."""
    if phrase.family is not Family.POSTGRES:
        return False
    return (
        kind in ("DATABASE", "TABLESPACE", "SUBSCRIPTION") or "CONCURRENTLY" in phrase.code.words[phrase.lo : phrase.hi]
    )


def _routine(phrase: Phrase, kind: str, name: Name | None, kind_at: int) -> Effect:
    """A body is only defined; what follows it would run, so it must be the end of the statement."""
    if phrase.code.has_semicolon and not closes_at_end(phrase, kind_at):
        return phrase.opaque("statements follow the body of a routine")
    effect = replace(
        phrase.effect(f"CREATE {kind}", Reach.SCHEMA, name, kind.lower()), commits=phrase.family is Family.MYSQL
    )
    if kind in ("FUNCTION", "PROCEDURE"):
        return replace(effect, later=body_of(phrase, kind_at + 1))
    if kind in ("TRIGGER", "RULE"):
        return replace(effect, later=trigger_of(phrase, kind_at + 1, rule=kind == "RULE"))
    if kind == "EVENT" and phrase.family is Family.MYSQL:
        return _event(phrase, effect, kind_at)
    return effect


def _event(phrase: Phrase, effect: Effect, kind_at: int) -> Effect:
    """MySQL: an event AT the present moment runs now; one that comes later does so unasked, unless it is disabled."""
    at = phrase.find(frozenset({"AT", "EVERY"}), kind_at)
    do = phrase.find(frozenset({"DO"}), at)
    now = phrase.word(at) == "AT" and phrase.word(at + 1) in NOW
    if not now or any(phrase.text(index) == "+" for index in range(at, do)):
        return replace(effect, behind=scheduled(phrase, at, effect.target))
    return spread(effect, phrase.inner(do + 1, phrase.hi)) if do < phrase.hi else effect
