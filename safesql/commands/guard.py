r"""``\guard``: the policy of this session and how often it spoke."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("guard",)
USAGE = r"\guard [stats]"
SUMMARY = "the policy of this session and its limits; stats: asks per hundred statements, by rule"


def run(shell: Shell, argument: str) -> None:
    """Say it; nothing can be changed here, policy comes from the configuration. Raises UsageError."""
    from safesql.guard.rules import RULES

    word = argument.strip().rstrip(";")
    if word == "stats":
        shell.page("".join(f"{line}\n" for line in _stats(shell)))
        return
    if word:
        raise UsageError("\\guard shows the policy, \\guard stats how often it spoke")

    session = shell.session
    policy = session.policy
    lines = [f"environment {policy.environment.word}; {session.judged} statements judged in this session"]
    for name, limit in (("max_rows", policy.max_rows), ("confirm_rows", policy.confirm_rows)):
        lines.append(f"{name}: {'no limit' if limit is None else f'{limit:,}'}")
    if policy.protected_tables:
        lines.append(f"protected tables: {', '.join(policy.protected_tables)}")
    for rule in RULES:
        action = policy.action(rule.name, rule.action(policy.environment))
        spoke = session.asked[rule.name]
        lines.append(f"  {action.word:<9}{rule.name:<34}{f'{spoke} times' if spoke else ''}".rstrip())
    shell.page("\n".join(lines) + "\n")


def _stats(shell: Shell) -> Iterator[str]:
    """Each rule that asked or refused, most often first, so that a team sees which one to tune."""
    judged, asked = shell.session.judged, shell.session.asked
    yield f"{judged:,} statements judged in this session"
    if not asked:
        yield "no rule asked or refused"
        return
    yield f"{'asks':>6}  per 100  rule"
    for rule, times in sorted(asked.items(), key=lambda each: (-each[1], each[0])):
        yield f"{times:>6,}  {100 * times / max(1, judged):>7.1f}  {rule}"
