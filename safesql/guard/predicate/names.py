"""How the tables of a statement are called in its condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from safesql.guard.predicate.value import Depends
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token


@dataclass(frozen=True, slots=True)
class Named:
    """A query with a name: a CTE, or a subquery in a FROM; ``columns`` are the names it gives them, if any."""

    name: str
    tokens: Sequence[Token]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetNames:
    """``names`` are what the written table answers to: its alias where it has one, else its name, unquoted.

    ``others`` are the names of the further tables of the same statement (FROM, USING, JOIN). ``table`` is the written
    table's own name where an alias hides it, and ``schema`` what stands before it. ``columns`` are the written table's
    columns where the catalog told them. ``queries`` are those of the statement's WITH.
    """

    names: tuple[str, ...]
    others: tuple[str, ...] = ()
    table: str = ""
    columns: frozenset[str] | None = None
    schema: str = ""
    queries: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a name means: a column of the target, of another table, or, in a subquery, either."""

    target: TargetNames
    family: Family
    inner: frozenset[str] = frozenset()      # names of the tables of the subqueries around
    nested: bool = False                     # within a subquery
    renamed: Mapping[str, str] | None = None     # columns of the target, by the names a subquery gives them

    @property
    def meaning(self) -> tuple[object, ...]:
        """What names mean here; equal where they mean the same."""
        renamed = None if self.renamed is None else tuple(self.renamed.items())
        return frozenset(self.target.names), self.inner, self.nested, renamed, len(self.target.queries)

    def within(self, tables: frozenset[str]) -> Scope:
        """The same inside a subquery that reads these tables."""
        return replace(self, inner=self.inner | tables, nested=True)

    def depends(self, parts: tuple[str, ...]) -> Depends:
        """What a column depends on, by its name as folded by ``folded``."""
        if len(parts) > 1:
            return self._qualified(parts[-2].casefold())
        name = parts[0].casefold()
        if name in self.inner or (name in self.target.others and not self.nested):
            return Depends.OTHER
        if not self.nested or name in (each.casefold() for each in self.target.names):
            return Depends.ROW
        return Depends.OTHER if name == "id" else Depends.LOOSE

    def _qualified(self, table: str) -> Depends:
        """The table before the column decides."""
        if table not in self.inner and table in (each.casefold() for each in self.target.names):
            return Depends.ROW
        return Depends.OTHER

    def folded(self, token: Token) -> str:
        """A name as the server compares it, without its quotes."""
        if token.kind is Kind.NAME:
            name = unquoted(token.text)
            return name if self.family is Family.POSTGRES else name.casefold()
        return token.text.lower()


def unquoted(text: str) -> str:
    """The name between "..", `..` or [..]."""
    quote = text[-1:]
    return text[1:-1] if quote == "]" else text[1:-1].replace(quote * 2, quote)
