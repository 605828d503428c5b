"""Rows of one table that a statement would touch, itself or by a foreign key."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.rewrite.closure.reach import Fate
from safesql.slotted import dataclass

BY = {
    Fate.DELETE: "ON DELETE CASCADE",
    Fate.SET_NULL: "SET NULL",
    Fate.SET_DEFAULT: "SET DEFAULT",
    Fate.UPDATE: "ON UPDATE CASCADE",
}


@dataclass(frozen=True, slots=True)
class Touched:
    """``rows`` of ``of``; None where they could not be counted, and ``reason`` says why.

    ``fate`` is None for the statement's own rows, else what a foreign key does to them. Where ``exact`` is false
    ``rows`` is an estimate, and where ``of_exact`` is false the size of the table is one.
    ``word`` is what they are, such as "new rows", and ``arm`` the word of the arm of a MERGE that takes them or
    what becomes of them. ``among`` says that they are counted elsewhere: rows that new ones take the place of.
    """

    name: str
    rows: int | None = None
    of: int | None = None
    exact: bool = True
    reason: str = ""
    fate: Fate | None = None
    of_exact: bool = True
    word: str = "rows"
    arm: str = ""
    among: bool = False

    def __str__(self) -> str:
        if self.rows is None:
            return f"rows of {self.name}{self._by} not counted: {self.reason}"
        about = "" if self.exact else "about "
        of = f" of {'' if self.of_exact else 'about '}{self.of:,}" if self.of is not None else ""
        word = self.word.removesuffix("s") if self.rows == 1 and self.of is None else self.word
        return f"{about}{self.rows:,}{of} {word} of {self.name}{self._by}"

    @property
    def _by(self) -> str:
        """How it comes to that."""
        if self.among:
            return f", {self.arm}"
        by = self.arm if self.fate is None else BY.get(self.fate, "")
        return f" by {by}" if by else ""

    @property
    def percent(self) -> float | None:
        """Of all rows of the table, from 0 to 100; None where it is not known."""
        if self.rows is None or self.of is None:
            return None
        return 100.0 * self.rows / self.of if self.of else 0.0


def most(rows: Iterable[Touched]) -> int | None:
    """The statement's own rows, or None when any table could not be counted or was only estimated."""
    own = [table for table in rows if table.fate is None and not table.among]
    known = [table.rows for table in own if table.rows is not None and table.exact]
    return sum(known) if known and len(known) == len(own) else None


def altogether(rows: Iterable[Touched]) -> int | None:
    """The statement's own rows and those of foreign keys, estimates included; None when any is not known."""
    listed = [table for table in rows if not table.among]
    known = [table.rows for table in listed if table.rows is not None]
    return sum(known) if known and len(known) == len(listed) else None
