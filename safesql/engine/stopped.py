"""A refusal with everything a person needs to go on: the verdict, the rows, and the way out."""

from __future__ import annotations

from safesql.engine.touched import Touched
from safesql.errors import Refused
from safesql.guard.action import Action
from safesql.guard.verdict import Verdict

WAY_ON = "write a narrower statement, or write it down for review: --stage FILE, or \\stage FILE at the prompt"


class Stopped(Refused):
    """The guard said no to one statement, or nobody was there to say yes."""

    def __init__(self, verdict: Verdict, touched: tuple[Touched, ...] = (), *, unanswered: bool = False) -> None:
        """``unanswered``: a yes was possible, but there was nobody to give it."""
        self.verdict = verdict
        self.touched = touched
        self.unanswered = unanswered
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        """What would have happened, how many rows, and that nothing did."""
        found = [f for f in self.verdict.findings if f.action > Action.ALLOW]
        what = "; ".join(dict.fromkeys(f"{f.message} ({f.rule})" for f in found)) or self.verdict.statement.problem
        rows = "; ".join(f"it would touch {table}" for table in self.touched if table.rows is not None)
        why = "needs a yes, and there is nobody to ask" if self.unanswered else "refused"
        return ". ".join(part for part in (f"{why}: {what}", rows, "nothing was sent") if part)

    @property
    def instead(self) -> tuple[str, ...]:
        """What to write instead, by finding, and the way on that is always there."""
        hints = [finding.instead for finding in self.verdict.findings if finding.instead]
        return tuple(dict.fromkeys((*hints, WAY_ON)))
