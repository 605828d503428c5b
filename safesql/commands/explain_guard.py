r"""``\explain-guard``: what a statement does, as the guard reads it."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.formats.message import caret
from safesql.guard.effect import Effect, Reach

NAMES = ("explain-guard",)
USAGE = r"\explain-guard [STATEMENT]"
SUMMARY = "what a statement, or the last one, does as the guard reads it, and the verdict with its rules"


def run(shell: Shell, argument: str) -> None:
    """Draw the effects as a tree, then the findings; nothing is sent."""
    verdict = shell.session.looked_up(given(shell, argument))
    lines = [*_tree(verdict.effect), "", f"verdict: {verdict.action.word}"]
    for finding in verdict.findings:
        lines.append(f"  {finding.action.word:<8}{finding.rule}: {finding.message}")
        lines += caret(verdict.statement.text, finding.at.start).split("\n")
        if finding.instead:
            lines.append(f"          instead: {finding.instead}")
    if verdict.statement.problem:
        lines.append(f"  not sent: {verdict.statement.problem}")
    shell.page("\n".join(lines) + "\n")


def _tree(root: Effect) -> Iterator[str]:
    """One line for each effect, indented under what holds it; without recursion, however deep."""
    stack = [(root, 0)]
    while stack:
        effect, depth = stack.pop()
        yield f"{'  ' * min(depth, 40)}{_line(effect)}"
        stack.extend((part, depth + 1) for part in reversed((*effect.parts, *effect.behind)))


def _line(effect: Effect) -> str:
    """Verb, target, what it reaches and how far."""
    words = [effect.verb, str(effect.target or "")]
    takes = effect.extent.value if effect.reach in (Reach.ROWS, Reach.SCHEMA, Reach.OPAQUE) else ""
    words.append(f"[{', '.join(word for word in (effect.reach.value, effect.kind, takes) if word)}]")
    if effect.commits:
        words.append("commits what is open")
    if effect.note:
        words.append(f"- {effect.note}")
    return " ".join(word for word in words if word)
