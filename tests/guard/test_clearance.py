"""A clearance cannot be made for what is blocked, not confirmed, or confirmed for another verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safesql.errors import Refused
from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Answer, Clearance, Confirmation, Verdict
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

RULE = "delete-without-where"


def verdict(action: Action) -> Verdict:
    """A verdict on a DELETE without WHERE, under a policy that says this about it."""
    return judge(Statement("DELETE FROM t", DIALECTS["postgres"]), Policy(actions={RULE: action}))


PASSES = {
    (Action.CONFIRM, Answer.YES, ()), (Action.CONFIRM, Answer.TYPED, ()), (Action.CONFIRM, Answer.OPTION, (RULE,)),
    (Action.CONFIRM, Answer.COMMENT, (RULE,)), (Action.TYPE, Answer.TYPED, ()), (Action.TYPE, Answer.TYPED, (RULE,)),
    (Action.CONFIRM, Answer.YES, (RULE,)), (Action.CONFIRM, Answer.TYPED, (RULE,)),
    *((action, answer, (RULE,)) for action in Action for answer in Answer if answer.reviewed),
    *((Action.ALLOW, answer, rules) for answer in Answer for rules in ((), (RULE,))),
}


@pytest.mark.parametrize("rules", [(), (RULE,), ("truncate",)])
@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("action", Action)
def test_an_answer_is_strong_enough_or_it_is_none(action: Action, answer: Answer, rules: tuple[str, ...]) -> None:
    judged = verdict(action)
    yes = Confirmation(judged, "somebody", answer, rules)
    known = tuple(rule for rule in rules if rule == RULE)
    if (action, answer, known) in PASSES:
        assert Clearance(judged, yes).statement is judged.statement
    else:
        with pytest.raises(Refused):
            Clearance(judged, yes)


@pytest.mark.parametrize("action", [Action.CONFIRM, Action.TYPE, Action.BLOCK])
def test_silence_is_no(action: Action) -> None:
    with pytest.raises(Refused):
        Clearance(verdict(action))


def test_a_yes_is_for_one_verdict_only() -> None:
    one, other = verdict(Action.CONFIRM), verdict(Action.CONFIRM)
    with pytest.raises(Refused):
        Clearance(one, Confirmation(other, "somebody", Answer.YES))


def test_a_text_with_a_problem_is_never_cleared() -> None:
    broken = Statement("SELECT 'a", DIALECTS["postgres"], problem="the string does not end")
    judged = judge(broken, Policy(actions={"unterminated-input": Action.ALLOW}))
    assert judged.rules == ("unterminated-input",)
    with pytest.raises(Refused):
        Clearance(judged)
    with pytest.raises(Refused):
        Clearance(replace(judged, action=Action.ALLOW), None)
