r"""``\errverbose``: the last failure on a server, with all that the server said of it."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.commands.shell import Shell
from safesql.errors import StatementFailed
from safesql.formats.message import besides, caret
from safesql.formats.visible import visible

NAMES = ("errverbose",)
USAGE = r"\errverbose"
SUMMARY = "the last failure on a server, with every field that came with it and the whole statement"


def run(shell: Shell, argument: str) -> None:
    """Show it, or say that there was none."""
    del argument
    if shell.failed is None:
        shell.say("no statement has failed here")
        return
    shell.page("".join(f"{line}\n" for line in _lines(*shell.failed)))


def _lines(error: StatementFailed, text: str) -> Iterator[str]:
    """Sentence, place, the server's further fields, what was found out since, and the statement."""
    yield f"{error.severity.lower() or 'error'}: {error}"
    if error.code:
        yield f"  code: {error.code}"
    if error.position is not None and text:
        line, column = _place(text, error.position)
        yield f"  place: line {line}, column {column}"
        yield from caret(text, error.position).split("\n")
    for label, words in besides(error):
        yield f"  {label}: {words}"
    if error.source:
        yield f"  source: {error.source}"
    yield from (f"  {found}" for found in error.found)
    if text:
        yield "statement:"
        yield from (f"  {visible(line)}" for line in text.split("\n"))


def _place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a 0-based position, both counted from one."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")
