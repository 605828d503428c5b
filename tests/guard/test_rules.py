"""Each rule is proved by its own examples, in every dialect that they name."""

from __future__ import annotations

import pytest

from safesql.guard.action import Action, Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rule import Example, Rule
from safesql.guard.rules import RULES
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

Case = tuple[Rule, Example, str]


def _cases(kind: str) -> list[Case]:
    return [
        (rule, example, dialect)
        for rule in RULES
        for example in getattr(rule, kind)
        for dialect in example.dialects or DIALECTS
    ]


def _name(case: Case) -> str:
    rule, example, dialect = case
    return f"{rule.name}-{dialect}-{example.sql[:40]}"


def _found(case: Case) -> tuple[str, ...]:
    _, example, dialect = case
    return judge(Statement(example.sql, DIALECTS[dialect]), Policy(), example.facts).rules


@pytest.mark.parametrize("case", _cases("flagged"), ids=_name)
def test_what_a_rule_says_it_flags_is_flagged(case: Case) -> None:
    assert case[0].name in _found(case)


@pytest.mark.parametrize("case", _cases("passed"), ids=_name)
def test_what_a_rule_says_it_passes_is_passed(case: Case) -> None:
    assert case[0].name not in _found(case)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_never_laxer_in_production(rule: Rule) -> None:
    production, staging, development = rule.default
    assert production >= staging >= development
    assert [rule.action(environment) for environment in Environment] == [development, staging, production]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_reason_and_examples_of_both_kinds(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.flagged
    assert rule.passed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_policy_decides_what_a_finding_means(rule: Rule) -> None:
    example = rule.flagged[0]
    statement = Statement(example.sql, DIALECTS[(example.dialects or tuple(DIALECTS))[0]])
    for action in Action:
        verdict = judge(statement, Policy(actions={rule.name: action}), example.facts, rules=(rule,))
        assert verdict.action is action
