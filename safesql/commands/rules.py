r"""``\rules``: the dangers that are known by name."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.config.nearest import nearest
from safesql.errors import UsageError
from safesql.guard.rule import Rule

NAMES = ("rules", "rule")
USAGE = r"\rules [RULE]"
SUMMARY = "the rules of the guard, or one of them with examples"


def run(shell: Shell, argument: str) -> None:
    """List them with what this session's policy does, or explain one; raises UsageError for an unknown name."""
    from safesql.guard.rules import RULES

    name = argument.strip().rstrip(";")
    policy = shell.session.profile.policy
    if not name:
        rows = ((policy.action(r.name, r.action(policy.environment)).word, r.name, r.why) for r in RULES)
        shell.page("".join(f"{action:<9}{rule:<34}{why}\n" for action, rule, why in rows))
        return
    found = next((rule for rule in RULES if rule.name == name), None)
    if found is None:
        raise UsageError(f"there is no rule {name}{nearest(name, [rule.name for rule in RULES])}; \\rules lists them")
    action = policy.action(found.name, found.action(policy.environment))
    shell.page(f"{found.name}: {action.word}\n{found.why}\n{_examples(found)}")


def _examples(rule: Rule) -> str:
    """What it flags and what it lets through."""
    flagged = "".join(f"  stops   {example.sql}\n" for example in rule.flagged)
    return flagged + "".join(f"  passes  {example.sql}\n" for example in rule.passed)
