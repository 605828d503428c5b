"""``safesql rules [RULE]``: the dangers, why they are dangers, and how to configure them."""

from __future__ import annotations

from difflib import get_close_matches

import click

from safesql.errors import UsageError
from safesql.guard.action import Environment
from safesql.guard.rule import Example, Rule
from safesql.guard.rules import RULES


@click.command("rules")
@click.argument("rule", required=False)
@click.option("--names", is_flag=True, hidden=True, help="Print the names alone, for completion in shells.")
def COMMAND(rule: str | None, names: bool) -> int:  # noqa: N802 - the registry's name for it
    """List the rules of the guard, or explain RULE: why, examples, and how to configure it."""
    if names:
        click.echo("\n".join(each.name for each in RULES))
    else:
        click.echo(explained(found(rule)) if rule else listed())
    return 0


def found(name: str) -> Rule:
    """The rule of this name; raises UsageError with the nearest ones."""
    by_name = {rule.name: rule for rule in RULES}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; see safesql rules"
        raise UsageError(f"there is no rule {name}{hint}")
    return by_name[name]


def listed() -> str:
    """A table: rule, the action in each environment."""
    width = max(len(rule.name) for rule in RULES)
    lines = [f"{'rule':<{width}}  production  staging  development"]
    for rule in RULES:
        actions = [rule.action(environment).word for environment in reversed(Environment)]
        lines.append(f"{rule.name:<{width}}  {actions[0]:<10}  {actions[1]:<7}  {actions[2]}")
    return "\n".join(lines)


def explained(rule: Rule) -> str:
    """One rule, whole, from its own file."""
    actions = ", ".join(f"{environment.word}: {rule.action(environment).word}" for environment in reversed(Environment))
    flagged = "\n".join(f"  {_shown(example)}" for example in rule.flagged)
    passed = "\n".join(f"  {_shown(example)}" for example in rule.passed)
    return (
        f"{rule.name}\n\n{rule.why}\n\n{actions}\n\nstopped:\n{flagged}\n\npassed:\n{passed}\n\n"
        f'configure, in a profile\'s policy or as a floor for all profiles:\n  [policy]\n  {rule.name} = "type"'
    )


def _shown(example: Example) -> str:
    """An example on one line, with the dialects it is for."""
    only = f"   -- {', '.join(example.dialects)}" if example.dialects else ""
    return " ".join(example.sql.split()) + only
