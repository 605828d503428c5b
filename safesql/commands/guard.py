r"""``\guard``: the policy of this session and how often it spoke."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("guard",)
USAGE = r"\guard"
SUMMARY = "the policy of this session, its limits, and how often each rule spoke"


def run(shell: Shell, argument: str) -> None:
    """Say it; nothing can be changed here, policy comes from the configuration."""
    del argument
    from safesql.guard.rules import RULES

    session = shell.session
    policy = session.profile.policy
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
