"""What a statement itself does to one table, before any foreign key answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safesql.guard.effect import Effect, Name
from safesql.rewrite.assigned import Assignment, assigned
from safesql.rewrite.closure.place import Place
from safesql.rewrite.merging import arms
from safesql.rewrite.selection import Refusal, Selection, selection
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Start:
    """``taken`` are the rows; they go, or, where ``assigned`` is not None, get new values in these columns."""

    place: Place
    taken: Selection
    assigned: tuple[Assignment, ...] | None = None

    @property
    def deletes(self) -> bool:
        """Whether the rows go."""
        return self.assigned is None

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns that get new values, in lower case."""
        return tuple(each.column.lower() for each in self.assigned or ())

    def keys(self, columns: tuple[str, ...], dialect: Dialect) -> str:
        """A query for these columns of the rows; of an UPDATE, for those in which one of them gets another value."""
        given = {each.column.lower(): each.value for each in self.assigned or ()}
        values = [(column, given[column.lower()]) for column in columns if column.lower() in given]
        if not values or any(value is None for _, value in values):
            return self.taken.values(columns, dialect)
        moved = " OR ".join(
            _differs(f"{self.taken.called}.{quote_name(column, dialect)}", str(value), dialect)
            for column, value in values
        )
        names = ", ".join(quote_name(column, dialect) for column in columns)
        return f"SELECT {names} FROM ({self.taken.values(columns, dialect, moved)}) AS moved_rows WHERE safesql_moved"

    def own(self, dialect: Dialect) -> str | None:
        """A predicate for the rows, over the table by its own name; None where nothing tells them apart."""
        if self.taken.condition is not None:
            return self.taken.condition or "1 = 1"
        if not self.place.key:
            return None
        return within(self.place.key, self.taken.values(self.place.key, dialect), dialect)


def taking(root: Effect, statement: Statement) -> tuple[Effect, ...]:
    """The parts of a statement whose rows foreign keys may follow: DELETE, UPDATE, and SQLite's DROP TABLE.

    https://www.sqlite.org/foreignkeys.html#fk_schemacommands: DROP TABLE deletes the rows first.
    """
    verbs = {"DELETE", "UPDATE", "MERGE"} | ({"DROP TABLE"} if statement.dialect.family is Family.SQLITE else set())
    inside = {id(arm) for merge in root.of("MERGE") for arm in merge.parts if arm.target_at is None}
    wanted = (effect for effect in root.walk() if effect.verb in verbs and id(effect) not in inside)
    return tuple(effect for effect in wanted if effect.target is not None)


def starts(root: Effect, statement: Statement, known: Mapping[Name, Place]) -> tuple[tuple[Start, ...], str]:
    """What a statement does itself to tables whose place is known, and why that may not be all, or nothing."""
    found, missing = list[Start](), list[str]()
    for effect in taking(root, statement):
        place = known.get(effect.target) if effect.target else None
        if place is None or place.kind == "view":
            missing.append(f"{effect.target} is not a table")
            continue
        for verb, taken, values in _writes(effect, root, statement):
            if isinstance(taken, Refusal):
                missing.append(taken.reason)
            elif verb == "UPDATE" and values is None:
                missing.append(f"what it assigns to {effect.target} is not understood")
            elif verb != "UPDATE" or (values := tuple(_given(values or (), taken))):
                found.append(Start(place, taken, values))
    return tuple(found), "; ".join(dict.fromkeys(missing))


def _writes(
    effect: Effect, root: Effect, statement: Statement
) -> Iterator[tuple[str, Selection | Refusal, tuple[Assignment, ...] | None]]:
    """What one part of a statement does to its target: a MERGE as many things as it has arms."""
    if effect.verb != "MERGE":
        taken = selection(effect, root, statement)
        yield effect.verb, taken, assigned(effect, statement) if effect.verb == "UPDATE" else None
        return
    found = arms(effect, statement)
    if isinstance(found, Refusal):
        yield "MERGE", found, None
        return
    for arm in found:
        if arm.verb != "INSERT":
            yield arm.verb, arm.taken, arm.assigned


def _given(values: tuple[Assignment, ...], taken: Selection) -> Iterator[Assignment]:
    """The assignments to one table of an UPDATE of several."""
    own = taken.called.rpartition(".")[2].strip('"`[]').lower()
    return (each for each in values if not each.table or each.table.lower() == own)


def within(columns: tuple[str, ...], query: str, dialect: Dialect) -> str:
    """That these columns, together, are in the result of a query."""
    names = ", ".join(quote_name(column, dialect) for column in columns)
    return f"({names}) IN ({query})" if len(columns) > 1 else f"{names} IN ({query})"


def _differs(one: str, other: str, dialect: Dialect) -> str:
    """That two values are not the same, where NULL is the same as NULL."""
    match dialect.family:
        case Family.POSTGRES:
            return f"{one} IS DISTINCT FROM ({other})"
        case Family.MYSQL:
            return f"NOT ({one} <=> ({other}))"
        case Family.SQLITE:
            return f"{one} IS NOT ({other})"
