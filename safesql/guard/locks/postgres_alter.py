"""PostgreSQL's ALTER TABLE, action by action; https://www.postgresql.org/docs/current/sql-altertable.html."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Name
from safesql.guard.locks.lock import Lock
from safesql.guard.locks.modes import ACCESS_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, UPDATE_EXCLUSIVE, in_mode
from safesql.slotted import replace
from safesql.sql.token import Kind

VALIDATED = "NOT VALID, and in a transaction of its own ALTER TABLE .. VALIDATE CONSTRAINT"
CHECKED = (
    "CHECK ({} IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in a transaction of its own, then SET NOT NULL, which does "
    "not read the rows again"
)
INDEXED = "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT .. {} USING INDEX"
BESIDE = "a new column beside it, filled in parts, then the names exchanged"
FILLED = "the column without a default, SET DEFAULT for rows to come, then the old rows in parts"
CONSTRAINTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "NOT"})
SERIAL = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"})
STABLE = frozenset({
    "NOW", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIMESTAMP", "LOCALTIME", "TRANSACTION_TIMESTAMP",
    "STATEMENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "CURRENT_SETTING", "TO_CHAR", "TO_DATE", "LOWER", "UPPER",
    "COALESCE", "ARRAY", "ROW", "INTERVAL", "CAST", "NULLIF", "VARCHAR", "CHAR", "NUMERIC", "DECIMAL", "TIMESTAMP",
    "MD5", "DATE_TRUNC", "JSONB_BUILD_OBJECT", "JSON_BUILD_OBJECT", "TIMEZONE",
})
"""What may stand before a bracket in a default that is worked out once for all rows."""
NO_FUNCTION = frozenset({"CHECK", "REFERENCES", "IN", "AND", "OR", "NOT"})


def alter_table(phrase: Phrase, at: int) -> Iterator[Lock]:
    """The strongest lock that an action needs, once for each action; and those on tables that it refers to."""
    while phrase.word(at) in ("IF", "EXISTS", "ONLY", "VIEW"):
        at += 1
    name, end = name_at(phrase, at)
    if name is None:
        return
    for action in phrase.sub(end + (phrase.text(end) == "*"), phrase.hi).split():
        yield _action(action, name)
        yield from referenced(action)
        if action.has(action.lo, "ATTACH", "PARTITION"):
            yield from _attached(action)


def referenced(phrase: Phrase) -> Iterator[Lock]:
    """The tables behind REFERENCES: triggers are made on them."""
    for index in range(phrase.lo, phrase.hi):
        if phrase.word(index) == "REFERENCES":
            name = name_at(phrase, index + 1)[0]
            if name is not None:
                yield in_mode(name, SHARE_ROW_EXCLUSIVE, phrase.span())


def _action(action: Phrase, table: Name) -> Lock:
    """One action; what is not told apart takes the strongest lock, and only for an instant."""
    match action.word(action.lo), action.word(action.lo + 1):
        case "ADD", word if word in CONSTRAINTS:
            return _constraint(action, table)
        case "ADD", _:
            return _add_column(action, table)
        case "ALTER", word if word != "CONSTRAINT":
            return _column(action, table)
        case "VALIDATE", _:
            return replace(in_mode(table, UPDATE_EXCLUSIVE, action.span()), scans=True)
        case "SET", ("LOGGED" | "UNLOGGED" | "TABLESPACE" | "ACCESS"):
            strongest = in_mode(table, ACCESS_EXCLUSIVE, action.span())
            return replace(strongest, rewrites=True, instead="a new table beside it, filled in parts")
        case ("ENABLE" | "DISABLE"), word if "TRIGGER" in (word, action.word(action.lo + 2)):
            return in_mode(table, SHARE_ROW_EXCLUSIVE, action.span())
    return in_mode(table, UPDATE_EXCLUSIVE if _is_weak(action) else ACCESS_EXCLUSIVE, action.span())


def _is_weak(action: Phrase) -> bool:
    """Options of storage, the index to cluster by, partitions that come, or that go concurrently."""
    first, second, end = action.word(action.lo), action.word(action.lo + 1), action.word(action.hi - 1)
    return (
        (first in ("SET", "RESET") and action.kind(action.lo + 1) is Kind.OPEN)
        or first == "CLUSTER"
        or (first == "SET" and second == "WITHOUT" and end == "CLUSTER")
        or first == "ATTACH"
        or (first == "DETACH" and end in ("CONCURRENTLY", "FINALIZE"))
    )


def _add_column(action: Phrase, table: Name) -> Lock:
    """A constant default is kept once for all rows; a volatile one, a sequence or a stored value is written to each."""
    lock = in_mode(table, ACCESS_EXCLUSIVE, action.span())
    words = [action.word(index) for index in range(action.lo, action.hi)]
    stored = "STORED" in words or ("GENERATED" in words and "IDENTITY" in words)
    volatile = "DEFAULT" in words and _calls_volatile(action, action.lo + words.index("DEFAULT"))
    if stored or volatile or not SERIAL.isdisjoint(words):
        return replace(lock, rewrites=True, instead=FILLED)
    if not {"REFERENCES", "CHECK", "UNIQUE", "PRIMARY"}.isdisjoint(words):
        return replace(lock, scans=True, instead="the column alone, then its constraint as a step of its own")
    return lock


def _calls_volatile(action: Phrase, at: int) -> bool:
    """Whether a function is called that may answer otherwise for each row; one that is not known may."""
    return any(
        action.kind(index + 1) is Kind.OPEN
        and action.kind(index) in (Kind.WORD, Kind.NAME)
        and action.text(index).upper() not in STABLE
        and action.word(index) not in NO_FUNCTION
        and action.word(index - 1) != "REFERENCES"
        for index in range(at + 1, action.hi)
    )


def _column(action: Phrase, table: Name) -> Lock:
    """ALTER [COLUMN] c ..."""
    at = action.lo + 1 + (action.word(action.lo + 1) == "COLUMN")
    name, end = name_at(action, at)
    lock = in_mode(table, ACCESS_EXCLUSIVE, action.span())
    if action.has(end, "SET", "NOT", "NULL"):
        return replace(lock, scans=True, instead=CHECKED.format(name))
    if action.word(end) == "TYPE" or action.has(end, "SET", "DATA", "TYPE"):
        return replace(lock, rewrites=None, scans=True, instead=BESIDE)
    if action.has(end, "SET", "EXPRESSION"):
        return replace(lock, rewrites=True, instead=BESIDE)
    options = action.word(end) in ("SET", "RESET") and action.kind(end + 1) is Kind.OPEN
    if options or action.has(end, "SET", "STATISTICS"):
        return in_mode(table, UPDATE_EXCLUSIVE, action.span())
    return lock


def _constraint(action: Phrase, table: Name) -> Lock:
    """ADD [CONSTRAINT c] ..."""
    at = action.lo + 1
    if action.word(at) == "CONSTRAINT":
        at = name_at(action, at + 1)[1]
    kind = action.word(at)
    words = [action.word(index) for index in range(at, action.hi)]
    lock = in_mode(table, SHARE_ROW_EXCLUSIVE if kind == "FOREIGN" else ACCESS_EXCLUSIVE, action.span())
    if "NOT VALID" in " ".join(words) or ("INDEX" in words and "USING" in words):
        return lock
    if kind in ("FOREIGN", "CHECK", "NOT"):
        return replace(lock, scans=True, instead=VALIDATED)
    shown = "PRIMARY KEY" if kind == "PRIMARY" else "UNIQUE"
    return replace(lock, scans=True, instead="" if kind == "EXCLUDE" else INDEXED.format(shown))


def _attached(action: Phrase) -> Iterator[Lock]:
    """ATTACH PARTITION: the rows of the new partition are read under its own lock."""
    name = name_at(action, action.lo + 2)[0]
    if name is not None:
        lock = in_mode(name, ACCESS_EXCLUSIVE, action.span())
        yield replace(lock, scans=True, instead="a validated CHECK that says the same as the bounds, before it")
