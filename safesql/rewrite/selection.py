"""The rows that a write takes, as the parts of one SELECT, cut from the statement character by character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.effect import Effect, Name, Reach
from safesql.rewrite.written import called, query_of, whole
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name
from safesql.sql.statement import Statement
from safesql.sql.token import Span

CLEARED = frozenset(("TRUNCATE", "DROP TABLE", "DROP MATERIALIZED VIEW"))
FILLED = frozenset(("INSERT", "REPLACE"))


@dataclass(frozen=True, slots=True)
class Selection:
    """``WITH .. SELECT columns FROM tables tail``; ``exact`` is false where equal rows cannot be told apart.

    ``called`` qualifies the target's columns. ``joined`` stands for ``tables`` where values come from further tables
    as well. ``condition`` is the WHERE as it also holds for the table under its own name, None where it would not.
    """

    columns: str
    tables: str
    tail: str = ""
    with_: str = ""
    distinct: bool = False
    exact: bool = True
    called: str = ""
    joined: str = ""
    condition: str | None = None

    @property
    def count(self) -> str:
        """The query that counts the rows."""
        if self.distinct or self.tail:
            columns = self.columns if self.distinct else "1"
            return f"{self.with_}SELECT count(*) FROM ({self._select(columns)}) AS matched_rows"
        return f"{self.with_}SELECT count(*) FROM {self.tables}"

    @property
    def listed(self) -> str:
        """The query for the rows, of which a planner is asked."""
        return f"{self.with_}{self._select(self.columns if self.distinct else '1')}"

    def first(self, limit: int) -> str:
        """The query for the first rows."""
        if self.tail:
            return f"{self.with_}SELECT * FROM ({self._select(self.columns)}) AS matched_rows LIMIT {limit}"
        return f"{self.with_}{self._select(self.columns)} LIMIT {limit}"

    def beside(self, limit: int, further: Sequence[str]) -> str:
        """The query for the first rows with further columns, which may be of other tables than the target."""
        listed = ", ".join((f"{self.called}.*", *further))
        tables = self.joined or self.tables
        text = f"{self.with_}SELECT {listed} FROM {tables} {self.tail}".rstrip()
        return f"SELECT * FROM ({text}) AS matched_rows LIMIT {limit}" if self.tail else f"{text} LIMIT {limit}"

    def values(self, columns: Sequence[str], dialect: Dialect, moved: str = "") -> str:
        """The query for some columns of the rows; ``moved`` is a condition that becomes ``safesql_moved``."""
        listed = ", ".join(f"{self.called}.{quote_name(column, dialect)}" for column in columns)
        if moved:
            tables = self.joined or self.tables
            return f"{self.with_}SELECT {listed}, {moved} AS safesql_moved FROM {tables} {self.tail}".rstrip()
        text = f"{self.with_}SELECT {listed} FROM {self.tables} {self.tail}".rstrip()
        return f"SELECT * FROM ({text}) AS matched_rows" if self.tail else text

    def _select(self, columns: str) -> str:
        """The rows themselves."""
        word = "SELECT DISTINCT" if self.distinct else "SELECT"
        return " ".join(part for part in (word, columns, "FROM", self.tables, self.tail) if part)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the rows of a write cannot be selected, in a few words."""

    reason: str


def selection(effect: Effect, root: Effect, statement: Statement) -> Selection | Refusal:
    """The rows that one write of a statement takes or, for INSERT .. SELECT, adds."""
    spans = [span for span in (effect.target_at, effect.source, effect.where, effect.tail, effect.with_) if span]
    if any(span.end > len(statement.text) or not whole(statement, span) for span in spans):
        return Refusal("its text cannot be cut in parts")
    if any(_inside(other.at, span) for other in _writes(root) if other is not effect for span in spans):
        return Refusal("a part of it changes rows itself")
    if effect.verb in FILLED:
        return _added(effect, statement)
    if effect.verb in CLEARED:
        name = name_of(effect, statement)
        return Selection("*", name, called=name, condition="")
    if effect.verb not in ("DELETE", "UPDATE"):
        return Refusal(f"a {effect.verb} is not counted")
    if effect.target_at is None or not _begins_with(effect, statement):
        return Refusal("it stands in a text of its own")
    return _taken(effect, statement)


def _writes(root: Effect) -> Iterator[Effect]:
    """Everything in the statement that may change rows."""
    return (effect for effect in root.walk() if effect.reach in (Reach.ROWS, Reach.OPAQUE))


def _inside(inner: Span, outer: Span) -> bool:
    """Whether a range lies in another."""
    return outer.start <= inner.start and inner.end <= outer.end


def _begins_with(effect: Effect, statement: Statement) -> bool:
    """Whether the effect's place is where its own word stands, not a string that holds it."""
    return statement.text[effect.at.start : effect.at.end].upper().startswith(effect.verb)


def cut(statement: Statement, span: Span | None) -> str:
    """A part of the statement, as it is written."""
    return statement.text[span.start : span.end] if span else ""


def name_of(effect: Effect, statement: Statement) -> str:
    """The target, as it is written or quoted."""
    if effect.target_at is not None:
        return cut(statement, effect.target_at)
    return quoted_target(effect, statement)


def _taken(effect: Effect, statement: Statement) -> Selection | Refusal:
    """DELETE and UPDATE."""
    target, source = cut(statement, effect.target_at), cut(statement, effect.source)
    where, tail = cut(statement, effect.where), cut(statement, effect.tail)
    with_ = cut(statement, effect.with_) + " " if effect.with_ else ""
    if where.upper().split()[:2] == ["CURRENT", "OF"]:
        return Refusal("it is the row that a cursor stands on")
    if "PORTION" in target.upper().split():
        return Refusal("a part of a period is not counted")
    name = called(statement, effect.target_at)
    if effect.source is None:
        plain = None if tail or with_ or _renamed(effect, name) else where
        tables = f"{target} WHERE {where}" if where else target
        return Selection("*", tables, tail, with_, called=name or quoted_target(effect, statement), condition=plain)
    if statement.dialect.family is not Family.MYSQL:
        matching = f"SELECT 1 FROM {source} WHERE {where}" if where else f"SELECT 1 FROM {source}"
        joined = f"{target}, {source} WHERE {where}" if where else f"{target}, {source}"
        found = f"{target} WHERE EXISTS ({matching})"
        return Selection("*", found, tail, with_, called=name or quoted_target(effect, statement), joined=joined)
    if name is None or tail:
        return Refusal("the joined rows cannot be told apart")
    joined = f"{source} WHERE {where}" if where else source
    return Selection(f"{name}.*", joined, "", with_, distinct=True, exact=False, called=name)


def _renamed(effect: Effect, name: str | None) -> bool:
    """Whether the statement calls its target by another name than its own."""
    own = effect.target.parts[-1] if effect.target else ""
    return name is None or name.rpartition(".")[2].strip('"`[]').lower() != own.lower()


def quoted_target(effect: Effect, statement: Statement) -> str:
    """The target's own name, in quotes."""
    return ".".join(quote_name(part, statement.dialect) for part in (effect.target.parts if effect.target else ()))


def _added(effect: Effect, statement: Statement) -> Selection | Refusal:
    """INSERT .. SELECT and REPLACE .. SELECT."""
    query = query_of(statement, effect)
    if query is None:
        return Refusal("its rows are written out")
    with_ = cut(statement, effect.with_) + " " if effect.with_ else ""
    return Selection("*", f"({cut(statement, query)}) AS added_rows", "", with_)


def total(effect: Effect, statement: Statement) -> str:
    """The query that counts all rows of the target; empty when it has no name."""
    name: Name | None = effect.target
    if name is None:
        return ""
    return "SELECT count(*) FROM " + ".".join(quote_name(part, statement.dialect) for part in name.parts)
