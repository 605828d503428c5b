"""One statement in the undo journal: what it was, which rows it changed, and how it ended as far as is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from safesql.slotted import dataclass, field, replace
from safesql.store.journal.states import Record


class State(Enum):
    """How far a statement came; the first four are pending, the others are ends."""

    PLANNED = "planned"              # nothing was sent
    CAPTURED = "captured"            # the rows before are on disk; the statement may have been sent
    EXECUTED = "executed"            # the rows after are on disk as well; its transaction is open
    COMMIT_SENT = "commit sent"
    COMMITTED = "committed"
    ROLLED_BACK = "rolled back"
    UNKNOWN = "unknown"              # the server could not tell, or could not be asked
    EXPIRED = "expired"              # its images are gone

    @property
    def pending(self) -> bool:
        """Whether the end is not known yet."""
        return self in _PENDING


_PENDING = frozenset({State.PLANNED, State.CAPTURED, State.EXECUTED, State.COMMIT_SENT, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Entry:
    """``place`` names server and database; ``tables`` are shapes as data; ``rows`` counts changed rows by table.

    ``undoes`` is the entry that this one takes back: its images are that entry's, the other way round.
    ``witness`` is what the server can be asked about the transaction: transaction id, session, when it started.
    """

    id: int
    state: State
    time: datetime
    place: str
    target: str = ""
    statement: str = ""
    tables: tuple[Mapping[str, Any], ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    witness: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    undoes: int | None = None
    process: str = ""                # who wrote it: pid and when it started, so that a living one is left alone
    expired: str = ""                # why its images are gone
    undone_by: int | None = None     # the last entry that took this one back, and was committed

    @property
    def undoable(self) -> str:
        """Empty, or why it cannot be taken back (any more)."""
        if self.state is State.COMMITTED:
            return f"already undone by {self.undone_by}" if self.undone_by is not None else ""
        if self.state is State.ROLLED_BACK:
            return "it was rolled back, so there is nothing to undo"
        if self.state is State.EXPIRED:
            return self.expired or "its rows were kept only for a time, and that is over"
        return f"its outcome is {self.state.value}" if self.state is State.UNKNOWN else "its outcome is pending"


def entries_of(records: Iterable[Record]) -> dict[int, Entry]:
    """All entries by id, from all lines in order."""
    told: dict[int, Record] = {}
    for record in records:
        merged = {**told.get(int(record["id"]), {}), **record}
        told[int(record["id"])] = merged
    found = {number: _entry(record) for number, record in told.items()}
    back: dict[int, int] = {}
    for number in sorted(found, reverse=True):
        entry = found[number]
        if entry.undoes is not None and entry.state is State.COMMITTED and number not in back:
            back.setdefault(entry.undoes, number)
    return {number: replace(entry, undone_by=back.get(number)) for number, entry in found.items()}


def root(entries: Mapping[int, Entry], number: int) -> int:
    """The entry whose images this one uses: its own, or those of what it undid, and so on."""
    while number in entries and (undoes := entries[number].undoes) is not None:
        number = undoes
    return number


def compacted(records: Iterable[Record]) -> list[Record]:
    """One record for each entry that matters still; the newest one always, for the numbers go on from it.

    What was rolled back or is expired can never be undone, and goes unless an entry that stays belongs to it.
    """
    told: dict[int, Record] = {}
    for record in records:
        number = int(record["id"])
        told[number] = {**told.get(number, {}), **record}
    ended = {State.ROLLED_BACK.value, State.EXPIRED.value}
    going = {number for number, record in told.items() if record["state"] in ended and number != max(told)}
    before = -1
    while len(going) != before:
        before = len(going)
        for number, record in told.items():
            undoes = record.get("undoes")
            if undoes is not None and (number in going) != (undoes in going):
                going -= {number, undoes}
    return [told[number] for number in sorted(told) if number not in going]


def _entry(record: Record) -> Entry:
    """One entry."""
    return Entry(
        id=int(record["id"]),
        state=State(record["state"]),
        time=datetime.fromisoformat(record["time"]),
        place=record.get("place", ""),
        target=record.get("target", ""),
        statement=record.get("statement", ""),
        tables=tuple(record.get("tables", ())),
        settings=record.get("settings", {}),
        witness=record.get("witness", {}),
        rows=record.get("rows", {}),
        undoes=record.get("undoes"),
        process=record.get("process", ""),
        expired=record.get("expired", ""),
    )
