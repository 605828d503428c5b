"""Somebody else's session that stands in the way, as rows of the probes in this package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from safesql.result import Cell, Row
from safesql.slotted import dataclass

WIDTH = 120          # characters of a statement that are told


@dataclass(frozen=True, slots=True)
class Blocker:
    """``transaction`` and ``statement`` are seconds since each began, None where the server does not tell."""

    session: str
    user: str
    application: str
    client: str
    state: str
    transaction: int | None
    statement: int | None
    text: str
    holds: str

    def sentence(self) -> str:
        """``session 71 (app@10.0.0.5, psql) holds SHARE on orders, in transaction for 840 s, idle: UPDATE ..``."""
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        """Who, what it holds, since when, doing what."""
        who = f"{self.user}@{self.client}" if self.client else self.user
        names = ", ".join(part for part in (who, self.application) if part)
        yield f"session {self.session} ({names})" if names else f"session {self.session}"
        yield f" holds {self.holds}" if self.holds else ""
        yield f", in transaction for {self.transaction} s" if self.transaction is not None else ""
        yield f", {self.state}" if self.state else ""
        yield f" for {self.statement} s" if self.state and self.statement is not None else ""
        if self.text:
            text = " ".join(self.text.split())
            yield f": {text if len(text) <= WIDTH else text[:WIDTH] + '...'}"


def blockers_of(rows: Iterable[Row]) -> tuple[Blocker, ...]:
    """The sessions in rows of nine cells, each once."""
    return tuple(dict.fromkeys(_blocker(row) for row in rows))


def _blocker(row: Row) -> Blocker:
    """One."""
    session, user, application, client, state, transaction, statement, text, holds = row
    return Blocker(
        _text(session), _text(user), _text(application), _text(client), _text(state),
        _number(transaction), _number(statement), _text(text), _text(holds),
    )  # fmt: skip


def _text(cell: Cell) -> str:
    """As the server printed it."""
    return "" if cell is None else cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def _number(cell: Cell) -> int | None:
    """Whole seconds."""
    text = _text(cell)
    return int(float(text)) if text.replace(".", "", 1).lstrip("-").isdecimal() else None
