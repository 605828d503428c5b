"""Statements for the server and its administrators, by their first words: what they do and whether they commit.

PostgreSQL 18, SQL Commands; MySQL 9, 15.7 Database Administration and 15.4 Replication Statements; MariaDB,
Administrative SQL Statements; SQLite, SQL As Understood By SQLite. What is not listed is not understood.
"""

from __future__ import annotations

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family

Row = tuple[str, Reach, str, str]

_CONTROL: dict[str, str] = {
    "KILL": "ends another session or its statement",
    "SHUTDOWN": "the server stops",
    "RESTART": "the server stops and starts again",
    "CHANGE MASTER": "the server follows another one",
    "CHANGE REPLICATION": "the server follows another one, or other tables of it",
    "START SLAVE": "the server follows its primary",
    "START ALL": "the server follows its primaries",
    "START REPLICA": "the server follows its primary",
    "START GROUP_REPLICATION": "the server joins its group",
    "STOP SLAVE": "the server stops following its primary",
    "STOP ALL": "the server stops following its primaries",
    "STOP REPLICA": "the server stops following its primary",
    "STOP GROUP_REPLICATION": "the server leaves its group",
    "CLONE": "the data folder is written anew",
    "ALTER INSTANCE": "keys or certificates of the server change",
    "INSTALL": "loads code into the server",
    "UNINSTALL": "removes code that statements may need",
    "BINLOG": "applies events of a binary log, which may be anything",
    "IMPORT TABLE": "takes tables from files of the server",
}
_LOST: dict[str, str] = {
    "PURGE BINARY": "binary logs that replicas and recovery may need go",
    "PURGE MASTER": "binary logs that replicas and recovery may need go",
    "RESET MASTER": "all binary logs go",
    "RESET BINARY": "all binary logs go",
    "RESET SLAVE": "the position of the replication goes",
    "RESET REPLICA": "the position of the replication goes",
}
_QUIET: dict[str, tuple[Reach, str]] = {
    "GRANT": (Reach.SERVER, "account"),
    "REVOKE": (Reach.SERVER, "account"),
    "REASSIGN": (Reach.SCHEMA, "account"),
    "FLUSH": (Reach.SERVER, "cache"),
    "RESET QUERY": (Reach.SERVER, "cache"),
    "CACHE": (Reach.SERVER, "cache"),
    "OPTIMIZE": (Reach.SCHEMA, "maintenance"),
    "REPAIR": (Reach.SCHEMA, "maintenance"),
    "CHECK": (Reach.SCHEMA, "maintenance"),
    "CHECKSUM": (Reach.READ, "maintenance"),
    "VACUUM": (Reach.SCHEMA, "maintenance"),
    "REINDEX": (Reach.SCHEMA, "maintenance"),
    "CLUSTER": (Reach.SCHEMA, "maintenance"),
    "CHECKPOINT": (Reach.SERVER, "maintenance"),
    "COMMENT": (Reach.SCHEMA, "comment"),
    "SECURITY": (Reach.SCHEMA, "comment"),
    "NOTIFY": (Reach.SERVER, "notification"),
    "IMPORT FOREIGN": (Reach.SCHEMA, "foreign table"),
    "BACKUP": (Reach.SERVER, "backup"),
    "LOCK": (Reach.SESSION, "lock"),
    "UNLOCK": (Reach.SESSION, "lock"),
    "LISTEN": (Reach.SESSION, "setting"),
    "UNLISTEN": (Reach.SESSION, "setting"),
    "DISCARD": (Reach.SESSION, "setting"),
    "USE": (Reach.SESSION, "database"),
    "DECLARE": (Reach.SESSION, "cursor"),
    "OPEN": (Reach.SESSION, "cursor"),
    "FETCH": (Reach.SESSION, "cursor"),
    "MOVE": (Reach.SESSION, "cursor"),
    "CLOSE": (Reach.SESSION, "cursor"),
    "HANDLER": (Reach.SESSION, "cursor"),
    "SHOW": (Reach.READ, ""),
    "HELP": (Reach.READ, ""),
    "GET": (Reach.READ, ""),
    "SIGNAL": (Reach.READ, ""),
    "RESIGNAL": (Reach.READ, ""),
    "RETURN": (Reach.READ, ""),
}
COMMITS = frozenset({
    "GRANT", "REVOKE", "FLUSH", "RESET", "CACHE", "OPTIMIZE", "REPAIR", "CHECK", "LOCK", "UNLOCK", "BACKUP", "INSTALL",
    "UNINSTALL", "IMPORT", "CHANGE", "START", "STOP", "ALTER", "LOAD",
})
"""MySQL manual, 15.3.3: Statements That Cause an Implicit Commit; MariaDB's list, as seen, has more."""
ONLY_NAMES = frozenset({"GRANT", "REVOKE", "COMMENT", "SECURITY", "VACUUM", "REINDEX", "CLUSTER"})
"""Statements whose brackets hold names and options: no function in them is called, and no statement runs."""
TABLES: dict[str, Row] = {
    **{words: (words, Reach.SERVER, "control", note) for words, note in _CONTROL.items()},
    **{words: (words, Reach.SERVER, "log", note) for words, note in _LOST.items()},
    **{words: (words, reach, kind, "") for words, (reach, kind) in _QUIET.items()},
}


def server(phrase: Phrase) -> Effect | None:
    """The effect of an administrator's statement, None where it is not one."""
    if phrase.has(phrase.lo, "RESET", "PERSIST"):
        return _no_longer_kept(phrase)
    row = TABLES.get(phrase.words(phrase.lo, 2)) or TABLES.get(phrase.word(phrase.lo))
    if row is None:
        return None
    verb, reach, kind, note = row
    first = phrase.word(phrase.lo)
    effect = replace(
        phrase.effect(verb, reach, None, kind), note=note,
        commits=phrase.family is Family.MYSQL and first in COMMITS,
        alone=phrase.family is not Family.MYSQL and _alone(phrase, first),
    )
    if first == "USE":
        effect = replace(effect, target=name_at(phrase, phrase.lo + 1)[0])
    if kind == "log":
        effect = replace(effect, extent=Extent.ALL)
    return effect if first in ONLY_NAMES else spread(effect, *nested(phrase))


def _no_longer_kept(phrase: Phrase) -> Effect:
    """MySQL: RESET PERSIST [[IF EXISTS] setting], of all of them without a name."""
    name, _ = name_at(phrase, phrase.lo + 2 + 2 * phrase.has(phrase.lo + 2, "IF", "EXISTS"))
    effect = phrase.effect("RESET PERSIST", Reach.SERVER, name, "server-setting" if name else "control")
    note = "" if name else "all settings that were kept for the next start go"
    return replace(effect, note=note, commits=True)


def _alone(phrase: Phrase, first: str) -> bool:
    """PostgreSQL refuses these inside a transaction block, SQLite the first of them."""
    if first == "VACUUM":
        return True
    words = phrase.code.words[phrase.lo : phrase.hi]
    return (first == "REINDEX" and not {"CONCURRENTLY", "DATABASE", "SYSTEM", "SCHEMA"}.isdisjoint(words)) or (
        first == "CLUSTER" and phrase.hi - phrase.lo <= 2 and words[-1] in ("CLUSTER", "VERBOSE")
    )


def rename(phrase: Phrase) -> Effect:
    """MySQL: RENAME TABLE a TO b, .., RENAME USER."""
    kind = phrase.word(phrase.lo + 1)
    if kind not in ("TABLE", "TABLES", "USER"):
        return phrase.opaque("a RENAME that is not understood")
    if kind == "USER":
        return replace(phrase.effect("RENAME USER", Reach.SERVER, None, "account"), commits=True)
    at = phrase.lo + 2
    at += 2 * phrase.has(at, "IF", "EXISTS")
    whole = replace(phrase.effect("RENAME", Reach.SCHEMA, None, "table"), commits=True)
    parts = [replace(whole, target=name_at(part, part.lo)[0]) for part in phrase.sub(at, phrase.hi).split()]
    return spread(parts[0], *parts[1:]) if parts else whole


def refresh(phrase: Phrase) -> Effect:
    """PostgreSQL: REFRESH MATERIALIZED VIEW v [WITH NO DATA]."""
    at = phrase.lo + 3
    at += phrase.word(at) == "CONCURRENTLY"
    name, end = name_at(phrase, at)
    effect = phrase.effect("REFRESH MATERIALIZED VIEW", Reach.SCHEMA, name, "materialized view")
    if phrase.has(end, "WITH", "NO", "DATA"):
        note = "the view is emptied and cannot be read until it is refreshed"
        return replace(effect, verb="TRUNCATE", reach=Reach.ROWS, extent=Extent.ALL, note=note)
    return effect
