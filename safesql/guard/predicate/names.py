"""How the tables of a statement are called in its condition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetNames:
    """``names`` are what the written table answers to: its alias where it has one, else its name, unquoted.

    ``others`` are the names of the further tables of the same statement (FROM, USING, JOIN). ``table`` is the written
    table's own name where an alias hides it. ``columns`` are the written table's columns where the catalog told them.
    """

    names: tuple[str, ...]
    others: tuple[str, ...] = ()
    table: str = ""
    columns: frozenset[str] | None = None
