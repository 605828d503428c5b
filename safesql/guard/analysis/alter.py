"""ALTER of everything: tables action by action, settings of the server, and definitions, which hold no rows."""

from __future__ import annotations

from safesql.guard.analysis.alter_table import alter_table
from safesql.guard.analysis.body import closes_at_end
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.server import server
from safesql.guard.analysis.stored import scheduled
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family

BEFORE_KIND = frozenset({
    "ONLINE", "OFFLINE", "IGNORE", "FOREIGN", "MATERIALIZED", "ALGORITHM", "DEFINER", "SQL", "SECURITY", "PROCEDURAL",
    "AGGREGATE_FUNCTION", "UNDO", "DEFAULT", "MERGE", "TEMPTABLE", "UNDEFINED", "INVOKER",
})
DEFINITIONS = frozenset({
    "VIEW", "INDEX", "SEQUENCE", "DOMAIN", "FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE", "OPERATOR", "COLLATION",
    "CONVERSION", "TRIGGER", "EVENT", "RULE", "POLICY", "ROLE", "USER", "GROUP", "SERVER", "LANGUAGE", "PUBLICATION",
    "SUBSCRIPTION", "STATISTICS", "TEXT", "EXTENSION", "TABLESPACE", "LOGFILE", "RESOURCE", "PRIVILEGES", "LARGE",
    "DATA", "PACKAGE", "LIBRARY", "CATALOG", "PROPERTY",
})
RENAMED = frozenset(
    {"VIEW", "SEQUENCE", "FUNCTION", "PROCEDURE", "ROUTINE", "TYPE", "DOMAIN", "DATABASE", "SCHEMA", "EVENT"}
)


def alter(phrase: Phrase) -> Effect:
    """ALTER .. kind .."""
    at = _kind_at(phrase)
    kind = phrase.word(at)
    if kind == "TABLE":
        return alter_table(phrase, at + 1)
    if kind == "SYSTEM" and phrase.family is Family.POSTGRES:
        return _system(phrase, at + 1)
    if kind == "TYPE":
        return _type(phrase, at + 1)
    if kind in ("DATABASE", "SCHEMA"):
        return _container(phrase, kind, at)
    if kind not in DEFINITIONS:
        return server(phrase) or phrase.opaque("an ALTER that is not understood")
    if kind == "EVENT" and phrase.code.has_semicolon and not closes_at_end(phrase, at):
        return phrase.opaque("statements follow the body of a routine")
    name, end = name_at(phrase, at + 1)
    effect = _definition(phrase, kind)
    if kind == "EVENT" and phrase.family is Family.MYSQL:
        effect = replace(effect, behind=scheduled(phrase, end, name))
    materialized = phrase.word(at - 1) == "MATERIALIZED"
    renames = kind in RENAMED and phrase.has(end, "RENAME", "TO")
    return spread(
        effect, *([replace(effect, verb="RENAME", target=name)] if renames or (materialized and renames) else [])
    )


def alters(phrase: Phrase) -> str:
    """The word for the kind of what an ALTER changes."""
    return phrase.word(_kind_at(phrase))


def _kind_at(phrase: Phrase) -> int:
    """The index of the word for the kind."""
    at = phrase.lo + 1
    while phrase.word(at) in BEFORE_KIND:
        if phrase.text(at + 1) == "=":
            at += 2
            while phrase.text(at + 1).startswith("@") or phrase.text(at) == "@":
                at += 1
        if phrase.word(at) == "DEFAULT" and phrase.word(at + 1) == "PRIVILEGES":
            return at + 1
        at += 1
    return at


def _definition(phrase: Phrase, kind: str) -> Effect:
    """A definition that changes."""
    account = kind in ("ROLE", "USER", "GROUP")
    reach = Reach.SERVER if account else Reach.SCHEMA
    effect = phrase.effect(f"ALTER {kind}", reach, None, "account" if account else kind.lower())
    return replace(effect, commits=phrase.family is Family.MYSQL)


def _system(phrase: Phrase, at: int) -> Effect:
    """PostgreSQL: ALTER SYSTEM SET x = y."""
    at += phrase.word(at) in ("SET", "RESET")
    name, end = name_at(phrase, at)
    effect = replace(phrase.effect("ALTER SYSTEM", Reach.SERVER, name, "server-setting"), alone=True)
    return replace(effect, text=phrase.text(end + 1).strip("'\"") or None)


def _type(phrase: Phrase, at: int) -> Effect:
    """PostgreSQL: attributes of a composite type are columns wherever it is used."""
    name, end = name_at(phrase, at)
    effect = phrase.effect("ALTER TYPE", Reach.SCHEMA, name, "type")
    parts = []
    for action in phrase.sub(end, phrase.hi).split():
        if action.has(action.lo, "DROP", "ATTRIBUTE"):
            parts.append(Effect("DROP COLUMN", Reach.SCHEMA, action.span(), name, "attribute", Extent.ALL))
        elif action.has(action.lo, "ALTER", "ATTRIBUTE"):
            parts.append(Effect("ALTER COLUMN TYPE", Reach.SCHEMA, action.span(), name, "attribute", Extent.UNKNOWN))
        elif action.has(action.lo, "RENAME", "TO"):
            parts.append(Effect("RENAME", Reach.SCHEMA, action.span(), name, "type"))
    return spread(effect, *parts)


def _container(phrase: Phrase, kind: str, at: int) -> Effect:
    """ALTER DATABASE and ALTER SCHEMA: settings, owner, name."""
    name, end = name_at(phrase, at + 1)
    effect = replace(_definition(phrase, kind), target=name)
    if phrase.has(end, "RENAME", "TO") or phrase.word(end) == "UPGRADE":
        return spread(effect, replace(effect, verb="RENAME"))
    return effect
