"""What is said to people on stderr: one sentence a line, nothing from a server unescaped."""

from __future__ import annotations

import sys

from safesql.formats.visible import visible


def complain(sentence: str) -> None:
    """An error, marked as ours."""
    _line(visible(f"safesql: {sentence}"))


def say(sentence: str) -> None:
    """A remark."""
    _line(visible(sentence))


def say_shown(lines: str) -> None:
    """Lines that were made visible by whoever laid them out."""
    _line(lines)


def _line(text: str) -> None:
    """One line on stderr; a closed stderr is no reason to fail."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
