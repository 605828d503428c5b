"""What the rows of a statement are held to while it can still be rolled back."""

from __future__ import annotations

from safesql.engine.tally import Tally
from safesql.guard.policy import Policy
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows may be touched, and who said so.

    ``exactly``, ``at_most`` and ``at_least`` are of the statement's own rows, ``altogether`` of those that foreign keys
    and triggers touch as well, and ``not_less`` of these; ``policy`` has the limits that hold whatever was confirmed.
    """

    at_most: int | None = None
    exactly: int | None = None
    altogether: int | None = None
    why: str = "confirmed"
    asked: bool = False            # it comes from a yes that may also be to a statement with no way back
    policy: Policy | None = None
    at_least: int = 0
    not_less: int = 0

    @property
    def measured(self) -> bool:
        """Whether more than the statement's own rows is to be compared."""
        limited = self.policy is not None and (self.policy.max_rows is not None or bool(self.policy.tables))
        return self.altogether is not None or self.not_less > 0 or limited

    def broken_by(self, rows: int | None, tally: Tally) -> str:
        """A sentence, or nothing."""
        return (self._own(rows) if rows is not None else "") or self._all(tally) or self._tables(tally)

    def _own(self, rows: int) -> str:
        """The statement's own rows."""
        if self.exactly is not None and rows != self.exactly:
            return f"{rows:,} rows were touched where {self.exactly:,} were {self.why}"
        if self.at_most is not None and rows > self.at_most:
            return f"{rows:,} rows were touched where at most {self.at_most:,} were {self.why}"
        if rows < self.at_least:
            return f"{rows:,} rows were touched where at least {self.at_least:,} were {self.why}"
        return ""

    def _all(self, tally: Tally) -> str:
        """All rows there were."""
        rows, most = tally.altogether, self.policy.max_rows if self.policy is not None else None
        if rows is None:
            return ""
        which = f" ({tally})" if len(tally.tables) > 1 else ""
        behind = f"with foreign keys and triggers {rows:,} rows were touched{which}"
        if self.altogether is not None and rows > self.altogether:
            return f"{behind} where at most {self.altogether:,} were {self.why}"
        if rows < self.not_less:
            return f"{behind} where at least {self.not_less:,} were {self.why}"
        return f"{behind} where the policy's limit is {most:,}" if most is not None and rows > most else ""

    def _tables(self, tally: Tally) -> str:
        """The rows of each table that has a limit of its own."""
        for name, rows in tally.tables.items():
            most = self.policy.limits_of(name).max_rows if self.policy is not None else None
            if most is not None and rows > most:
                return f"{rows:,} rows of {name} were touched where the policy's limit there is {most:,}"
        return ""
