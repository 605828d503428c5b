"""A verdict, the yes to it, and the proof of both that a connection takes."""

from __future__ import annotations

from enum import Enum

from safesql.errors import Refused
from safesql.guard.action import Action
from safesql.guard.effect import Effect
from safesql.guard.rule import Finding
from safesql.slotted import dataclass
from safesql.sql.statement import Statement

BEYOND = frozenset({"read-only-profile", "replica-refuses-writes", "unterminated-input"})
"""Rules about where and what a statement is, which no review of it can change."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard thinks of one statement; made by ``judge`` alone."""

    statement: Statement
    effect: Effect
    action: Action
    findings: tuple[Finding, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that found something, each once, in the order of their findings."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))


class Answer(Enum):
    """How a yes was given."""

    YES = "yes"                       # a person, at the question
    TYPED = "typed"                   # a person typed the table and the rows
    OPTION = "option"                 # --allow RULE --reason TEXT
    COMMENT = "comment"               # -- safesql: allow RULE: reason
    APPROVED = "approved"             # signed approvals of a plan that shows what was found
    TRIAL = "trial"                   # of a plan: in a transaction that is always rolled back

    @property
    def reviewed(self) -> bool:
        """Whether it may answer what has no answer at the prompt."""
        return self in (Answer.APPROVED, Answer.TRIAL)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A yes by someone to one verdict; ``rules`` are those it answers."""

    verdict: Verdict
    by: str
    answer: Answer
    rules: tuple[str, ...] = ()
    reason: str = ""
    rows: int | None = None           # the statement's own, as counted when it was given
    altogether: int | None = None     # with those of foreign keys; None where more may follow (triggers) or not known

    def covers(self, finding: Finding) -> bool:
        """Whether this answer is strong enough for a finding."""
        match finding.action:
            case Action.ALLOW:
                return True
            case Action.CONFIRM:
                return finding.rule in self.rules or self.answer in (Answer.YES, Answer.TYPED)
            case Action.TYPE:
                return self.answer is Answer.TYPED or self._reviewed(finding)
            case Action.BLOCK:
                return self._reviewed(finding)

    def _reviewed(self, finding: Finding) -> bool:
        """Whether a plan showed this finding to whoever said yes to it."""
        return self.answer.reviewed and finding.rule in self.rules and finding.rule not in BEYOND


@dataclass(frozen=True, slots=True)
class Clearance:
    """The proof that a statement may be sent; it cannot be made for an unconfirmed one.

    Raises ``Refused`` when the statement has a problem, or when the confirmation is missing, too weak (for BLOCK
    anything but a review), or to another verdict.
    """

    verdict: Verdict
    confirmation: Confirmation | None = None

    def __post_init__(self) -> None:
        verdict = self.verdict
        if verdict.statement.problem:
            raise Refused(verdict.statement.problem)
        if verdict.action is Action.ALLOW:
            return
        yes = self.confirmation
        if yes is None or yes.verdict is not verdict:
            raise Refused("; ".join(finding.message for finding in verdict.findings) or "not confirmed")
        if not all(yes.covers(finding) for finding in verdict.findings):
            raise Refused("the answer does not cover every finding")

    @property
    def statement(self) -> Statement:
        """What may be sent: this text and no other."""
        return self.verdict.statement
