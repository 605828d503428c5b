"""The journal as lines for people."""

from __future__ import annotations

from safesql.store.journal.entry import Entry
from safesql.store.journal.journal import Journal

WIDEST = 60              # characters of a statement


def listed(journal: Journal, place: str = "") -> list[str]:
    """A line for each entry of a place, or of all where it is empty, newest first."""
    entries = [entry for entry in journal.entries().values() if not place or entry.place == place]
    if not entries:
        return []
    rows = [("id", "when (UTC)", "state", "undo", "rows", "statement"), *(map(_row, reversed(entries)))]
    if not place:
        targets = ("target", *(entry.target for entry in reversed(entries)))
        rows = [(*row, target) for row, target in zip(rows, targets, strict=True)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(entry: Entry) -> tuple[str, ...]:
    """One entry."""
    rows = ", ".join(f"{count:,} {table}" for table, count in entry.rows.items())
    text = " ".join(entry.statement.split())
    shown = text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."
    when = entry.time.isoformat(sep=" ", timespec="seconds").partition("+")[0]
    return str(entry.id), when, entry.state.value, entry.undoable or "possible", rows, shown
