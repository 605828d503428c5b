"""Judge files without a connection, statement by statement, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from safesql.engine.advice import blocking
from safesql.engine.answers import Answers, answers_for
from safesql.engine.forks import NOTHING_SURE
from safesql.engine.script import Source
from safesql.engine.walk import Walk
from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.guard.judge import Alike
from safesql.guard.policy import Policy
from safesql.guard.verdict import Confirmation, Verdict
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect
from safesql.sql.statement import Statement

if TYPE_CHECKING:
    from safesql.guard.locks import Lock


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, and the yes that the script's own comments give to it, if any."""

    verdict: Verdict
    answered: Confirmation | None = None
    advice: tuple[Lock, ...] = ()          # locks that keep others waiting where the table is big; they stop nothing

    @property
    def action(self) -> Action:
        """What would happen with nobody to ask."""
        return Action.ALLOW if self.answered else self.verdict.action


def check(sources: tuple[Source, ...], dialect: Dialect, policy: Policy, facts: Facts) -> Iterator[Checked]:
    """Every statement's verdict, in order; raises UsageError and Refused for what cannot be read or taken."""
    nobody, alike = Answers(), Alike()
    walk, branch = Walk(sources, dialect, decided=False), 0
    for piece in walk:
        if branch != walk.forks.passed:
            branch, facts = walk.forks.passed, replace(facts, memory=NOTHING_SURE)
        if isinstance(piece, Statement):
            verdict = alike.judge(piece, policy, facts)
            advice = blocking(verdict, facts.memory.fresh)
            memory = facts.memory.after(verdict.effect)
            facts = facts if memory is facts.memory else replace(facts, memory=memory)
            answers = answers_for(piece, policy, nobody)
            asks = verdict.action > Action.ALLOW
            yield Checked(verdict, answers.confirmation(verdict, "the script") if asks else None, advice)
