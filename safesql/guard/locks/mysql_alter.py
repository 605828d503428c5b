"""ALTER TABLE of MySQL and MariaDB: the way of its slowest action.

https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html,
https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/
"""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.locks.lock import Lock
from safesql.guard.locks.mysql_ways import Way, as_asked, asked_for, locked
from safesql.sql.token import Kind

KEYS = frozenset({"INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"})
NOT_COLUMNS = KEYS | {"CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "PARTITION", "PERIOD", "SYSTEM"}
REBUILDING = frozenset({"FORCE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "PAGE_COMPRESSED", "ENCRYPTED"})
CHANGING = frozenset({"CONVERT", "ORDER", "COALESCE", "REORGANIZE", "REMOVE"})
NEW_ENGINE = frozenset({"ENGINE", "TYPE"})
ONCE = frozenset({"CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP", "CURDATE", "CURRENT_DATE", "USER"})
"""Defaults that are worked out once for all rows."""


def alter_table(phrase: Phrase, at: int) -> Iterator[Lock]:
    """One lock for all actions; nothing where ALGORITHM=INSTANT makes the server refuse all else."""
    at += 2 * phrase.has(at, "IF", "EXISTS")
    name, end = name_at(phrase, at)
    if name is None:
        return
    actions = phrase.sub(end, phrase.hi).split()
    ways = [_way(action) for action in actions]
    asked = asked_for(phrase, end)
    way = max(ways, default=Way.INSTANT)
    if _key_exchanged(actions):
        way = max((each for each, action in zip(ways, actions, strict=True) if not _drops_key(action)), default=way)
    if way is Way.NOCOPY and any(_changes_columns(action) for action in actions):
        way = Way.REBUILT
    yield locked(name, as_asked(way, asked), phrase.span())


def kind_of_key(word: str) -> Way:
    """FULLTEXT and SPATIAL indexes let nobody write while they are built."""
    return Way.LOCKED if word in ("FULLTEXT", "SPATIAL", "VECTOR") else Way.NOCOPY


def _key_exchanged(actions: list[Phrase]) -> bool:
    """Whether one primary key takes the place of another."""
    added = any(action.has(action.lo, "ADD", "PRIMARY") for action in actions)
    return added and any(_drops_key(action) for action in actions)


def _changes_columns(action: Phrase) -> bool:
    """Whether a column comes or goes, which is no longer instant together with a new index."""
    second = action.word(action.lo + 1)
    if action.word(action.lo) == "DROP":
        return second not in NOT_COLUMNS
    return action.word(action.lo) == "ADD" and second not in NOT_COLUMNS


def _drops_key(action: Phrase) -> bool:
    """DROP PRIMARY KEY."""
    return action.has(action.lo, "DROP", "PRIMARY")


def _way(action: Phrase) -> Way:
    """One action."""
    first, second = action.word(action.lo), action.word(action.lo + 1)
    match first:
        case "ADD":
            return _add(action)
        case "DROP":
            return Way.COPIED if second in ("PRIMARY", "SYSTEM") else Way.INSTANT
        case "MODIFY" | "CHANGE":
            return Way.DEPENDS
        case "PARTITION":
            return Way.COPIED
        case "OPTIMIZE" | "REBUILD":
            return Way.COPIED
        case _ if first in CHANGING:
            return Way.COPIED
        case _ if first in NEW_ENGINE:
            engine = action.word(action.lo + 1) or action.word(action.lo + 2)
            return Way.REBUILT if engine == "INNODB" else Way.COPIED
        case _ if first in REBUILDING:
            return Way.REBUILT
    return Way.INSTANT


def _add(action: Phrase) -> Way:
    """ADD of a column, a key, a constraint, a partition."""
    at = action.lo + 1
    if action.word(at) == "CONSTRAINT":
        named = action.word(at + 1) not in ("FOREIGN", "CHECK", "PRIMARY", "UNIQUE")
        at += 1 + (named and action.kind(at + 1) in (Kind.WORD, Kind.NAME))
    kind = action.word(at)
    if kind in ("FOREIGN", "CHECK", "SYSTEM", "PERIOD"):
        return Way.COPIED
    if kind == "PRIMARY":
        return Way.REBUILT
    if kind in KEYS:
        return kind_of_key(kind)
    return Way.INSTANT if kind == "PARTITION" else _add_column(action)


def _add_column(action: Phrase) -> Way:
    """ADD [COLUMN]: numbers and stored or worked out values are written to every row."""
    words = {action.word(index) for index in range(action.lo, action.hi)}
    if "AUTO_INCREMENT" in words:
        return Way.LOCKED
    if "REFERENCES" in words or "CHECK" in words or "STORED" in words or "PERSISTENT" in words:
        return Way.COPIED
    default = action.find(frozenset({"DEFAULT"}), action.lo)
    worked_out = action.kind(default + 1) is Kind.OPEN or (
        action.kind(default + 2) is Kind.OPEN and action.word(default + 1) not in ONCE
    )
    if worked_out:
        return Way.COPIED
    return Way.REBUILT if not words.isdisjoint(("UNIQUE", "PRIMARY", "KEY")) else Way.INSTANT
