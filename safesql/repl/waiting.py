"""How long a transaction has been open and nothing happened in it; after a while the next statement is asked about."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from safesql.config.profile import Profile
from safesql.engine.session import Session
from safesql.errors import Declined
from safesql.guard.action import Environment
from safesql.guard.segments.bond import Bond, bond
from safesql.slotted import dataclass
from safesql.sql.statement import Statement

LONG = 300.0               # seconds, where the profile does not say it; nothing is asked in development
_ENDS = (Bond.COMMITS, Bond.UNDOES)


@dataclass(slots=True)
class Waiting:
    """Told after each statement; ``clock`` counts seconds from anywhere."""

    clock: Callable[[], float] = monotonic
    _opened: float | None = None
    _last: float = 0.0

    def look(self, session: Session) -> None:
        """A statement has ended."""
        self._last = self.clock()
        if session.connection.transaction.value == "none":
            self._opened = None
        elif self._opened is None:
            self._opened = self._last

    def forget(self) -> None:
        """Another session."""
        self._opened = None

    @property
    def age(self) -> float | None:
        """Seconds since the transaction was opened; None where none is."""
        return None if self._opened is None else self.clock() - self._opened

    @property
    def idle(self) -> float:
        """Seconds without a statement in it; 0 where none is open."""
        return 0.0 if self._opened is None else self.clock() - self._last


def may_go_on(
    session: Session,
    waiting: Waiting,
    statement: Statement,
    ask: Callable[[str], str | None],
    run: Callable[[str], None],
) -> None:
    """Ask before a statement joins a transaction that was left alone for long; raises Declined where it is not to.

    What ends the transaction needs no question. ``run`` takes the COMMIT or ROLLBACK that the answer asks for.
    """
    idle, age = waiting.idle, waiting.age
    if age is None or idle < patience(session.profile) or session.connection.transaction.value != "open":
        return
    if bond(session.judge(statement).effect, statement) in _ENDS:
        return
    question = (
        f"the transaction is open for {spoken(age)}, and nothing happened in it for {spoken(idle)}: "
        "[g]o on in it, [c]ommit or [r]oll it back first, [s]top: "
    )
    while True:
        match (ask(question) or "stop").strip().lower():
            case "g" | "go" | "go on":
                return
            case "c" | "commit":
                run("COMMIT;")
                return
            case "r" | "rollback":
                run("ROLLBACK;")
                return
            case "s" | "stop":
                raise Declined("not run: the transaction is as it was")


def patience(profile: Profile) -> float:
    """Seconds after which is asked."""
    if profile.ask_after_idle is not None:
        return profile.ask_after_idle
    return float("inf") if profile.environment is Environment.DEVELOPMENT else LONG


def spoken(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3 h``: nobody needs it closer."""
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h"
