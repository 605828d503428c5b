"""A script read again up to where its run stopped: whether it is the same, and whether its session can be had again."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.resume.reading import LAST, words_of
from safesql.engine.resume.replay import Needs
from safesql.engine.session import Session
from safesql.engine.walk import Walk
from safesql.errors import Drift, Refused
from safesql.guard.effect import Effect, Name, Reach
from safesql.guard.memory import Memory
from safesql.slotted import dataclass, field
from safesql.sql.statement import Place, Statement
from safesql.sql.variables import Variables
from safesql.store.ledger.entry import Entry, Sign, text_digest

MOST = 10                  # reasons that are told


@dataclass(slots=True)
class Survey:
    """``settled`` statements are over; ``place`` is the first that is left; ``changing`` of them changed something."""

    settled: int
    needs: Needs = field(default_factory=Needs)
    reasons: list[str] = field(default_factory=list)
    place: Place | None = None
    changing: int = 0
    statements: int = 0
    written: dict[Name, Place] = field(default_factory=dict)       # tables of rows that were sent and are sent again
    sent: dict[int, Place] = field(default_factory=dict)           # the statements that were asked for

    @property
    def passes(self) -> bool:
        """Whether the script can go on."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class At:
    """Where a script stands: ``settled`` statements are over, ``last`` is the last that was sent.

    The places of the ``wanted`` ones are kept.
    """

    settled: int
    last: int = 0
    wanted: frozenset[int] = frozenset()


class Kept:
    """The ledger's lines beside the script: for each statement how it ended, and psql's variables set to match."""

    def __init__(self, entries: Iterator[Entry], variables: Variables | None) -> None:
        self._entries = (entry for entry in entries if entry.sign in (Sign.DONE, Sign.FAILED, Sign.SET))
        self._variables = variables
        self._next = next(self._entries, None)

    def entry(self, number: int) -> Entry | None:
        """The end of the statement with this number; the variables are as they were behind it."""
        found = None
        while self._next is not None and self._next.number <= number:
            entry, self._next = self._next, next(self._entries, None)
            found = entry if entry.number == number and entry.sign is not Sign.SET else found
            self._set(entry)
        return found

    def _set(self, entry: Entry) -> None:
        """Psql's variables after a statement."""
        if self._variables is None:
            return
        if entry.sign is Sign.SET:
            values = dict(entry.told.get("variables", {}))
        elif entry.sign is Sign.DONE:
            rows = "0" if entry.rows is None else str(entry.rows)
            values = {"ERROR": "false", "SQLSTATE": "00000", "ROW_COUNT": rows}
        else:
            code, message = str(entry.told.get("code", "")), str(entry.told.get("message", ""))
            values = {"ERROR": "true", "SQLSTATE": code, "ROW_COUNT": "0", "LAST_ERROR_MESSAGE": message,
                      "LAST_ERROR_SQLSTATE": code}  # fmt: skip
        for name, value in values.items():
            if value is None:
                self._variables.unset(name)
            else:
                self._variables.set(name, value)


def survey(session: Session, walk: Walk, entries: Iterator[Entry], at: At) -> Survey:
    """Read all of it; raises Drift where the script is not the one that was run.

    ``walk`` must be one that runs, so that conditions are decided by what the ledger says of the statements before.
    """
    settled, last, wanted = at.settled, at.last, at.wanted
    found, kept, memory = Survey(settled), Kept(entries, walk.variables), Memory()
    last_told = settled == 0
    for piece in walk:
        if not isinstance(piece, Statement):
            continue
        found.statements += 1
        number = found.statements
        if number in wanted:
            found.sent[number] = piece.place
        effect = session.looked_up(piece, memory).effect
        memory = memory.after(effect)
        if number <= settled:
            _over(found, piece, effect, kept.entry(number))
        else:
            walk.running = False                       # from here on nothing is known that a query would tell
            last_told = _left(found, piece, effect, last_told)
            if number <= last:
                written = (part.target for part in effect.walk() if part.reach is Reach.ROWS and not part.commits)
                found.written |= {name: piece.place for name in written if name is not None}
    if found.statements < settled:
        raise Drift(f"the script has {found.statements} statements now, and {settled} of it were run; nothing was sent")
    found.reasons[:0] = [*found.needs.refused, *found.needs.held.values()][:MOST]
    return found


def first_difference(walk: Walk, entries: Iterator[Entry]) -> str:
    """Where a script is not the one whose run a ledger tells of, as a sentence."""
    kept = Kept(entries, walk.variables)
    number, place = 0, None
    for piece in walk:
        if not isinstance(piece, Statement):
            continue
        entry = kept.entry(number + 1)
        if entry is None:
            break
        number += 1
        if entry.text_digest and entry.text_digest != text_digest(piece.text):
            return f"{piece.place.source}:{piece.place.line}: statement {number} is not the one that was run"
        place = piece.place
    where = f", in line {place.line}" if place is not None else ""
    return f"what was changed stands behind statement {number}{where}, the last one of both that was run"


def _over(found: Survey, piece: Statement, effect: Effect, entry: Entry | None) -> None:
    """A statement that was run: the same as now, and noted for what it left in the session."""
    if entry is None or (entry.text_digest and entry.text_digest != text_digest(piece.text)):
        raise Drift(
            f"{piece.place.source}:{piece.place.line}: statement {found.statements} is not the one that was run before "
            "the script stopped; nothing was sent. Run the unchanged script, or put what is left into one of its own"
        )
    if entry.sign is Sign.DONE:
        found.changing += effect.changes
        found.needs.met(found.statements, piece, effect)


def _left(found: Survey, piece: Statement, effect: Effect, told: bool) -> bool:
    """A statement that is to be run: what it uses is there. Returns whether one before told its own last number."""
    found.place = found.place or piece.place
    room = len(found.reasons) < MOST
    if room:
        found.reasons.extend(found.needs.lost(piece))
    if told:
        return True
    words = words_of(piece)
    if words & LAST and room:
        where = f"{piece.place.source}:{piece.place.line}"
        name = min(words & LAST).lower()
        found.reasons.append(f"{where}: {name} tells of a statement that the session before has run")
    return any(part.reach is Reach.ROWS for part in effect.walk())


def refused(reasons: list[str], place: Place | None) -> Refused:
    """Why a script cannot go on by itself, and what to do."""
    where = f"line {place.line} on" if place is not None else "there on"
    return Refused(
        f"the session cannot be made what it was: {'; '.join(dict.fromkeys(reasons))}. Nothing was sent; put what is "
        f"left, from {where}, into a script of its own with what it needs"
    )
