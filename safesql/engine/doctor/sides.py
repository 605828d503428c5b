"""The two sides of a foreign key, as far as catalog and text tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safesql.guard.effect import Name
from safesql.rewrite.doctor.made import Made
from safesql.slotted import dataclass

Texts = Mapping[Name, Made]
"""Tables that the same script makes, by their names as they are written there."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a side; empty is not known or has none. ``kind`` is what the family compares types by."""

    name: str
    type: str
    charset: str = ""
    collation: str = ""
    kind: int = 0

    def __str__(self) -> str:
        """``customer_id int(11), utf8mb4, utf8mb4_general_ci``."""
        return ", ".join(part for part in (f"{self.name} {self.type}", self.charset, self.collation) if part)


@dataclass(frozen=True, slots=True)
class Index:
    """One index: its columns in order."""

    name: str
    columns: tuple[str, ...]
    unique: bool
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A table with those of its columns that the key names, in its order, and its indexes."""

    table: Name
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    engine: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, and with which pair of columns, counted from 0; None: with the whole."""

    sentence: str
    column: int | None = None


def shown(indexes: tuple[Index, ...]) -> str:
    """``PRIMARY (id), UNIQUE code (code)``."""
    return ", ".join(_shown(index) for index in indexes) or "no index at all"


def _shown(index: Index) -> str:
    """One index."""
    words = f"{'' if index.primary or not index.unique else 'unique '}{index.name}"
    return f"{words} ({', '.join(index.columns)})"


def pairs(own: Side, theirs: Side) -> Iterator[tuple[int, Column, Column]]:
    """Columns that are compared; nothing where their numbers differ."""
    if len(own.columns) == len(theirs.columns):
        yield from ((number, *pair) for number, pair in enumerate(zip(own.columns, theirs.columns, strict=True)))


def indexes_of(made: Made) -> tuple[Index, ...]:
    """The indexes that a text defines; they get their names from the server."""
    return tuple(
        Index("PRIMARY" if index.primary else "index", index.columns, index.unique, index.primary)
        for index in made.indexes
    )
