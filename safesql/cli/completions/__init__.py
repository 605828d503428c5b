"""Completion scripts and the manual page, made from the click commands: ``python -m safesql.cli.completions``."""

from __future__ import annotations

from collections.abc import Callable

from safesql.cli.completions import bash, fish, man, zsh
from safesql.cli.completions.words import entries

FILES: dict[str, Callable[..., str]] = {
    "safesql.bash": bash.script,
    "_safesql": zsh.script,
    "safesql.fish": fish.script,
    "safesql.1": man.script,
}
"""The file that each shell, or man, loads by its name, and what makes it."""


def scripts() -> dict[str, str]:
    """All files by name."""
    known = entries()
    return {name: script(known) for name, script in FILES.items()}
