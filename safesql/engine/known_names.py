"""What the session knows of the names in its statements: asked once, forgotten when it may have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

from safesql.backends.contract import Connection, Transaction
from safesql.errors import ConnectionLost, SafesqlError
from safesql.guard.behind import Asked, Behind, Found
from safesql.guard.effect import Effect, Reach
from safesql.guard.judge import effect_after
from safesql.guard.memory import Memory
from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass, field, replace
from safesql.sql.statement import Statement

AGE = 20.0              # seconds after which another session may have changed what stands behind a name
MANY = 2000             # names that are kept; a session that names more asks again
AT_ONCE = 100           # names in one question
DEFINES = (
    "CREATE", "ALTER", "DROP", "RENAME", "ATTACH", "DETACH", "ROLLBACK", "ABORT", "DISCARD", "RESET", "USE", "SET ROLE",
    "SET SESSION", "SET DEFAULT",
)
"""What begins the names of statements that change definitions, or what names mean."""
PLACES = frozenset({"search_path", "role", "sql_mode", "session_authorization", "foreign_keys", "foreign_key_checks"})
"""Settings that change what names mean, or what happens behind them."""


@dataclass(slots=True)
class Known:
    """Changes with what the session does; ``clock`` tells seconds, and ``able`` whether the catalog answers at all."""

    clock: Callable[[], float] = monotonic
    able: bool = True
    names: dict[Asked, Found] = field(default_factory=dict)
    _since: float = 0.0
    _unanswered: set[Asked] = field(default_factory=set)      # not asked again for a while
    _head: str = ""
    _asked: Behind | None = None

    @property
    def facts(self) -> Behind:
        """For the guard; another object after every change."""
        return self.names

    def learn(self, connection: Connection, statement: Statement, memory: Memory) -> None:
        """Ask for the names that a statement starts something by, then for those in the answers; never raises.

        Where the server does not answer, nothing is known, and the verdict is that of the text alone.
        """
        from safesql.guard.following import DEPTH, missing

        if (self.names or self._unanswered) and self.clock() - self._since > AGE:
            self.forget()
        if statement.problem or self._same_rows(statement):
            return
        effect = effect_after(statement, memory)
        for _ in range(DEPTH):
            wanted = missing(effect, statement, memory, self.names)
            unknown = tuple(name for name in wanted if name not in self._unanswered)[:AT_ONCE]
            if not unknown or connection.transaction in (Transaction.FAILED, Transaction.UNKNOWN):
                return
            self._ask(connection, unknown)

    def _same_rows(self, statement: Statement) -> bool:
        """Whether a statement is rows behind the same words as the rows before, and nothing was forgotten since."""
        head = statement.text[: statement.literal_rows]
        same = bool(head) and self.names is self._asked and head == self._head
        self._head, self._asked = head, self.names
        return same

    def settled(self, memory: Memory, effect: Effect) -> Memory:
        """Forget what a statement with this effect may have changed; definitions that were executed are the catalog's.

        Returns the memory without those, unless the catalog does not answer.
        """
        if self.names and any(_unsettles(part) for part in effect.everything()):
            self.forget()
        return replace(memory, bodies={}, fired={}) if self.able and (memory.bodies or memory.fired) else memory

    def forget(self) -> None:
        """Ask again."""
        self.names, self._unanswered = {}, set()

    def _ask(self, connection: Connection, unknown: tuple[Asked, ...]) -> None:
        """One question about all of them; what cannot be answered stays unknown."""
        from safesql.rewrite.bodies import bodies

        if not self.names and not self._unanswered:
            self._since = self.clock()
        family = bodies(connection.dialect)
        try:
            places = family.places(connection.dialect)
            schemas = [str(row[0]) for row in _rows(connection, places)] if places is not None else []
            rows = _rows(connection, family.behind(unknown, schemas, connection.dialect))
            answers = family.found(unknown, rows, connection.dialect)
        except ConnectionLost:
            self._unanswered.update(unknown)        # the statement itself will meet it, and say so
            return
        except (SafesqlError, ValueError):
            self.able = False
            self._unanswered.update(unknown)
            return
        kept = self.names if len(self.names) < MANY else {}
        self.names = {**kept, **answers}
        self.able = True


def _rows(connection: Connection, probe: Probe) -> Iterable[Row]:
    """All rows of an answer."""
    result = connection.query(probe)
    rows = list(result.rows())
    result.summary()
    return rows


def _unsettles(part: Effect) -> bool:
    """Whether names may stand for something else afterwards; a temporary table hides others, too."""
    if part.reach is Reach.OPAQUE or part.verb.startswith(DEFINES):
        return True
    return part.reach is Reach.SESSION and part.target is not None and part.target.parts[-1].lower() in PLACES
