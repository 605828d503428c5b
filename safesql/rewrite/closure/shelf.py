"""Queries put beside each other under names of their own, for a parser that does not read far into brackets."""

from __future__ import annotations

from safesql.slotted import dataclass, field

NAME = "safesql_way_{0}"
DEEPEST = 10               # brackets of ours inside of each other that SQLite's parser surely reads


@dataclass(slots=True)
class Shelf:
    """The queries of one predicate, each once, in an order in which each uses those before it alone.

    SQLite reads brackets to a depth of 100 entries on its stack, unless it was built otherwise: a dozen foreign keys
    in a row. https://www.sqlite.org/compile.html#yystackdepth
    """

    _names: dict[str, str] = field(default_factory=dict)

    def named(self, query: str) -> str:
        """A query for the same rows, by name."""
        name = self._names.setdefault(query, NAME.format(len(self._names)))
        return f"SELECT * FROM {name}"

    def over(self, query: str) -> str:
        """A query that may use the names, as one that stands for itself."""
        if not self._names:
            return query
        listed = ", ".join(f"{name} AS ({each}\n)" for each, name in self._names.items())
        return f"WITH {listed} SELECT * FROM ({query}\n)"


def depth(text: str) -> int:
    """How many brackets stand inside of each other at most, those in strings and names included."""
    here = most = 0
    for char in text:
        here += (char == "(") - (char == ")")
        most = max(most, here)
    return most
