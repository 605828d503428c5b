"""MySQL and MariaDB: metadata locks and InnoDB's ways to alter a table.

https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html, https://mariadb.com/kb/en/innodb-online-ddl-overview/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect
from safesql.guard.locks.lock import Blocks, Lock
from safesql.guard.locks.mysql_alter import alter_table, kind_of_key
from safesql.guard.locks.mysql_ways import Way, as_asked, asked_for, locked
from safesql.sql.token import Kind

WRITING = "metadata lock SHARED_WRITE, locks on the rows"
ALONE = "metadata lock EXCLUSIVE"
BEFORE_NAME = frozenset({
    "IF", "NOT", "EXISTS", "TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG", "ONLINE", "OFFLINE", "TEMPORARY",
})


def written(effect: Effect) -> Iterator[Lock]:
    """Rows that are written; only statements that change a definition wait for them."""
    if effect.target is not None and effect.verb not in ("TRUNCATE", "DROP TABLE"):
        yield Lock(effect.target, WRITING, Blocks.NOTHING, effect.at)


def defined(phrase: Phrase) -> Iterator[Lock]:
    """The locks of one statement that defines or maintains something."""
    reading = READINGS.get(phrase.word(phrase.lo))
    return reading(phrase) if reading is not None else iter(())


def _alter(phrase: Phrase) -> Iterator[Lock]:
    """ALTER [ONLINE] [IGNORE] TABLE."""
    table = phrase.find(frozenset({"TABLE"}), phrase.lo)
    if table - phrase.lo <= 3:
        yield from alter_table(phrase, table + 1)


def _alone(phrase: Phrase) -> Iterator[Lock]:
    """TRUNCATE, RENAME, DROP TABLE: a list of tables, of which each is alone for an instant."""
    at = phrase.lo + 1
    while phrase.word(at) in BEFORE_NAME:
        at += 1
    for item in phrase.split(Kind.COMMA, at):
        name = name_at(item, item.lo)[0]
        if name is not None:
            yield Lock(name, ALONE, Blocks.READS_AND_WRITES, phrase.span(), queues=True)


def _optimize(phrase: Phrase) -> Iterator[Lock]:
    """OPTIMIZE TABLE: InnoDB rebuilds it in place."""
    return (locked(lock.table, Way.REBUILT, phrase.span()) for lock in _alone(phrase))


def _create(phrase: Phrase) -> Iterator[Lock]:
    """CREATE INDEX, CREATE TRIGGER; of a new table nobody waits for anything."""
    kind = phrase.find(frozenset({"INDEX", "TRIGGER"}), phrase.lo)
    on = phrase.find(frozenset({"ON"}), kind)
    name = name_at(phrase, on + 1)[0]
    if name is None or kind - phrase.lo > 6:
        return
    if phrase.word(kind) == "TRIGGER":
        yield Lock(name, ALONE, Blocks.READS_AND_WRITES, phrase.span(), queues=True)
    else:
        way = as_asked(kind_of_key(phrase.word(kind - 1)), asked_for(phrase, on))
        yield locked(name, way, phrase.span())


def _drop(phrase: Phrase) -> Iterator[Lock]:
    """DROP of tables, or of an index on one."""
    kind = phrase.word(phrase.lo + 1)
    if kind in ("TABLE", "TABLES", "TEMPORARY"):
        yield from _alone(phrase)
    elif kind == "INDEX":
        name = name_at(phrase, phrase.find(frozenset({"ON"}), phrase.lo) + 1)[0]
        if name is not None:
            yield locked(name, Way.INSTANT, phrase.span())


def _lock(phrase: Phrase) -> Iterator[Lock]:
    """LOCK TABLES a READ, b WRITE."""
    for item in phrase.split(Kind.COMMA, phrase.lo + 2):
        name, end = name_at(item, item.lo)
        writes = "WRITE" in [item.word(index) for index in range(end, item.hi)]
        mode = "metadata lock SHARED_NO_READ_WRITE" if writes else "metadata lock SHARED_READ_ONLY"
        if name is not None:
            blocks = Blocks.READS_AND_WRITES if writes else Blocks.WRITES
            yield Lock(name, mode, blocks, phrase.span(), queues=True)


READINGS: dict[str, Callable[[Phrase], Iterator[Lock]]] = {
    "ALTER": _alter,
    "CREATE": _create,
    "DROP": _drop,
    "OPTIMIZE": _optimize,
    "TRUNCATE": _alone,
    "RENAME": _alone,
    "LOCK": _lock,
}
