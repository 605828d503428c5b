"""``safesql config test``: whether the policy says of a team's own statements what the team expects of it."""

from __future__ import annotations

from collections.abc import Callable

from safesql.cli.say import complain, say
from safesql.config.load import Config
from safesql.config.policy_tests import PolicyTest, policy_tests
from safesql.engine.check import Checked, check
from safesql.engine.script import Source
from safesql.errors import ConfigError
from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.sql.dialects import DIALECTS


def tested(config: Config, out: Callable[[str], None]) -> int:
    """One line for each test; exit code 9 when one fails, or when there is none. Raises ConfigError for a wrong one."""
    failed = number = 0
    for test in policy_tests(config):
        number += 1
        found = tuple(judged(test))
        verdict = max((each.verdict.action for each in found), default=Action.ALLOW)
        rules = tuple(dict.fromkeys(rule for each in found for rule in each.verdict.rules))
        missing = [rule for rule in test.rules if rule not in rules]
        good = verdict is test.expect and not missing
        failed += not good
        shown = " ".join(test.statement.split())[:60]
        out(f"{'ok' if good else 'FAILED'}\t{test.origin}\t{verdict.word}\t{shown}")
        if verdict is not test.expect:
            because = f" ({', '.join(rules)})" if rules else ""
            complain(f"{test.origin}: expected {test.expect.word}, and the verdict is {verdict.word}{because}")
        if missing:
            complain(f"{test.origin}: {', '.join(missing)} found nothing in it")
    if not number:
        raise ConfigError("there are no policy tests; write [[policy_tests]] with a statement and what to expect")
    say(f"{number - failed} of {number} policy tests passed")
    return 9 if failed else 0


def judged(test: PolicyTest) -> tuple[Checked, ...]:
    """The statement, or statements, as ``safesql check`` judges them."""
    source = Source(str(test.origin), text=test.statement)
    facts = Facts(protected_tables=test.policy.protected_tables, read_only_profile=test.read_only)
    return tuple(check((source,), DIALECTS[test.dialect], test.policy, facts))
