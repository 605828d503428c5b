"""PostgreSQL: which of its table locks a statement takes; https://www.postgresql.org/docs/current/explicit-locking.html."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect, Name
from safesql.guard.locks.lock import Lock
from safesql.guard.locks.modes import (
    ACCESS_EXCLUSIVE,
    EXCLUSIVE,
    ROW_EXCLUSIVE,
    ROW_SHARE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    UPDATE_EXCLUSIVE,
    in_mode,
)
from safesql.guard.locks.postgres_alter import alter_table, referenced
from safesql.slotted import replace
from safesql.sql.token import Kind

CONCURRENTLY = "{} CONCURRENTLY, outside of a transaction"
BEFORE_NAME = frozenset({"IF", "NOT", "EXISTS", "CONCURRENTLY", "ONLY"})


def written(effect: Effect) -> Iterator[Lock]:
    """Rows that are written: writers do not block each other's table, only each other's rows."""
    if effect.target is not None and effect.verb not in ("TRUNCATE", "DROP TABLE"):
        yield in_mode(effect.target, ROW_SHARE if effect.verb == "LOCK ROWS" else ROW_EXCLUSIVE, effect.at)


def defined(phrase: Phrase) -> Iterator[Lock]:
    """The locks of one statement that defines or maintains something."""
    reading = READINGS.get(phrase.word(phrase.lo))
    return reading(phrase) if reading is not None else iter(())


def _alter(phrase: Phrase) -> Iterator[Lock]:
    """ALTER [MATERIALIZED VIEW | TABLE]."""
    materialized = phrase.word(phrase.lo + 1) == "MATERIALIZED"
    if materialized or phrase.word(phrase.lo + 1) == "TABLE":
        yield from alter_table(phrase, phrase.lo + 2 + materialized)


def _comment(phrase: Phrase) -> Iterator[Lock]:
    """COMMENT ON TABLE t, COLUMN t.c."""
    kind = phrase.word(phrase.lo + 2)
    name = name_at(phrase, phrase.lo + 3)[0] if kind in ("TABLE", "COLUMN") else None
    if name is not None:
        yield in_mode(Name(name.parts[:-1]) if kind == "COLUMN" else name, UPDATE_EXCLUSIVE, phrase.span())


def _names(phrase: Phrase, at: int) -> tuple[Name | None, int]:
    """The name behind IF EXISTS and the like."""
    while phrase.word(at) in BEFORE_NAME:
        at += 1
    return name_at(phrase, at)


def _create(phrase: Phrase) -> Iterator[Lock]:
    """CREATE of what belongs to a table that is there."""
    at = phrase.lo + 1
    at += 2 * phrase.has(at, "OR", "REPLACE")
    kind = phrase.find(frozenset({"INDEX", "TRIGGER", "RULE", "POLICY", "STATISTICS", "TABLE"}), at)
    if kind - at > 3:
        return
    match phrase.word(kind):
        case "INDEX":
            yield from _index(phrase, kind)
        case "TABLE":
            table = _names(phrase, kind + 1)[0]
            yield from (lock for lock in referenced(phrase) if lock.table != table)
        case "TRIGGER" | "RULE" | "POLICY" as word:
            on = phrase.find(frozenset({"TO"} if word == "RULE" else {"ON"}), kind)
            name = name_at(phrase, on + 1)[0]
            if name is not None:
                yield in_mode(name, SHARE_ROW_EXCLUSIVE if word == "TRIGGER" else ACCESS_EXCLUSIVE, phrase.span())
        case "STATISTICS":
            name = name_at(phrase, phrase.find(frozenset({"FROM"}), kind) + 1)[0]
            if name is not None:
                yield in_mode(name, UPDATE_EXCLUSIVE, phrase.span())


def _index(phrase: Phrase, at: int) -> Iterator[Lock]:
    """CREATE INDEX: SHARE, so that nobody writes while all rows are read, unless CONCURRENTLY."""
    on = phrase.find(frozenset({"ON"}), at)
    name = _names(phrase, on + 1)[0]
    concurrently = phrase.word(at + 1) == "CONCURRENTLY"
    instead = "" if concurrently else CONCURRENTLY.format("CREATE INDEX")
    if name is not None:
        lock = in_mode(name, UPDATE_EXCLUSIVE if concurrently else SHARE, phrase.span())
        yield replace(lock, scans=True, instead=instead)


def _drop(phrase: Phrase) -> Iterator[Lock]:
    """DROP of a table, or of what belongs to one."""
    kind = phrase.word(phrase.lo + 1)
    if kind in ("TRIGGER", "RULE", "POLICY"):
        name = name_at(phrase, phrase.find(frozenset({"ON"}), phrase.lo) + 1)[0]
        if name is not None:
            yield in_mode(name, ACCESS_EXCLUSIVE, phrase.span())
    elif kind == "INDEX":
        concurrently = phrase.word(phrase.lo + 2) == "CONCURRENTLY"
        mode = UPDATE_EXCLUSIVE if concurrently else ACCESS_EXCLUSIVE
        instead = "" if concurrently else CONCURRENTLY.format("DROP INDEX")
        lock = in_mode(None, mode, phrase.span())
        yield replace(lock, mode=f"the table of the index: {mode}", instead=instead)
    elif kind in ("TABLE", "MATERIALIZED"):
        yield from _listed(phrase, phrase.lo + 2 + (kind == "MATERIALIZED"))


def _listed(phrase: Phrase, at: int) -> Iterator[Lock]:
    """A list of tables that go, or are emptied."""
    for item in phrase.split(Kind.COMMA, at):
        name = _names(item, item.lo)[0]
        if name is not None:
            yield in_mode(name, ACCESS_EXCLUSIVE, phrase.span())


def _truncate(phrase: Phrase) -> Iterator[Lock]:
    """TRUNCATE: the files are new, and empty."""
    yield from _listed(phrase, phrase.lo + 1 + (phrase.word(phrase.lo + 1) == "TABLE"))


def _options(phrase: Phrase, at: int) -> tuple[frozenset[str], int]:
    """Options in brackets or before the name, and the index after them."""
    words = set()
    if phrase.kind(at) is Kind.OPEN:
        inside, at = phrase.inside(at), phrase.after(at)
        parts = inside.split()
        words = {part.word(part.lo) for part in parts if part.word(part.lo + 1) not in ("FALSE", "OFF")}
    while phrase.word(at) in ("FULL", "FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"):
        words.add(phrase.word(at))
        at += 1
    return frozenset(words), at


def _maintain(phrase: Phrase) -> Iterator[Lock]:
    """VACUUM, ANALYZE, CLUSTER; without a table, of all of them."""
    first = phrase.word(phrase.lo)
    words, at = _options(phrase, phrase.lo + 1)
    rewrites = first == "CLUSTER" or (first == "VACUUM" and "FULL" in words)
    mode = ACCESS_EXCLUSIVE if rewrites else UPDATE_EXCLUSIVE
    instead = "VACUUM without FULL, or pg_repack, which copies beside the table" if rewrites else ""
    names = [name_at(item, item.lo)[0] for item in phrase.split(Kind.COMMA, at)] or [None]
    for name in names:
        lock = in_mode(name, mode, phrase.span())
        shown = mode if name is not None else f"each table in turn: {mode}"
        yield replace(lock, mode=shown, rewrites=rewrites, scans=True, instead=instead)


def _reindex(phrase: Phrase) -> Iterator[Lock]:
    """REINDEX locks the table against writes and the index against reads; planning a query needs every index."""
    words, at = _options(phrase, phrase.lo + 1)
    kind = phrase.word(at)
    concurrently = "CONCURRENTLY" in words or phrase.word(at + 1) == "CONCURRENTLY"
    name = _names(phrase, at + 1)[0]
    mode = UPDATE_EXCLUSIVE if concurrently else SHARE
    table = name if kind == "TABLE" else None
    of = {"TABLE": "", "INDEX": "the table of the index: "}.get(kind, "each table in turn: ")
    lock = in_mode(table, mode, phrase.span())
    instead = "" if concurrently else CONCURRENTLY.format("REINDEX")
    shown = f"{of}{mode}" if concurrently else f"{of}{mode}, and ACCESS EXCLUSIVE on the index"
    blocks = lock.blocks if concurrently else in_mode(None, ACCESS_EXCLUSIVE, phrase.span()).blocks
    yield replace(lock, mode=shown, scans=True, instead=instead, blocks=blocks)


def _refresh(phrase: Phrase) -> Iterator[Lock]:
    """REFRESH MATERIALIZED VIEW: nobody reads it meanwhile, unless CONCURRENTLY, which needs a unique index."""
    name = _names(phrase, phrase.lo + 3)[0]
    concurrently = phrase.word(phrase.lo + 3) == "CONCURRENTLY"
    lock = in_mode(name, EXCLUSIVE if concurrently else ACCESS_EXCLUSIVE, phrase.span())
    instead = "" if concurrently else "REFRESH MATERIALIZED VIEW CONCURRENTLY, with a unique index on it"
    yield replace(lock, rewrites=not concurrently, scans=True, instead=instead)


def _lock(phrase: Phrase) -> Iterator[Lock]:
    """LOCK [TABLE] a, b [IN x MODE]."""
    at = phrase.lo + 1 + (phrase.word(phrase.lo + 1) == "TABLE")
    mode_at = phrase.find(frozenset({"IN"}), at)
    words = [phrase.word(index) for index in range(mode_at + 1, phrase.hi)]
    mode = " ".join(words[: words.index("MODE")]) if "MODE" in words else ACCESS_EXCLUSIVE
    for item in phrase.sub(at, mode_at).split():
        name = _names(item, item.lo)[0]
        if name is not None:
            yield in_mode(name, mode, phrase.span())


READINGS: dict[str, Callable[[Phrase], Iterator[Lock]]] = {
    "ALTER": _alter,
    "CREATE": _create,
    "DROP": _drop,
    "REINDEX": _reindex,
    "VACUUM": _maintain,
    "ANALYZE": _maintain,
    "ANALYSE": _maintain,
    "CLUSTER": _maintain,
    "REFRESH": _refresh,
    "TRUNCATE": _truncate,
    "LOCK": _lock,
    "COMMENT": _comment,
}
