"""Characters that hide or turn text round, shown as escapes in the line that is typed: pasted ones, completed ones."""

from __future__ import annotations

import re

from safesql.formats.visible import HIDDEN, escape

_RANGE = re.compile(r"(.)(?:-(.))?", re.DOTALL)


def show_hidden() -> None:
    r"""Tell prompt_toolkit to paint them as ``\u202e``; it knows of ASCII's and Latin-1's controls alone."""
    from prompt_toolkit.layout.screen import Char

    Char.display_mappings = {**escapes(), **Char.display_mappings}


def escapes() -> dict[str, str]:
    """What is painted for each; halves of characters cannot be painted at all."""
    found: dict[str, str] = {}
    for first, last in _RANGE.findall(HIDDEN):
        for code in range(ord(first), ord(last or first) + 1):
            found[chr(code)] = escape(chr(code))
    return found
