"""Colours, by the names that prompt, toolbar and question use; without colour the words remain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prompt_toolkit.styles import BaseStyle

STYLES = {
    "environment.production": "bg:ansired fg:ansiwhite bold",
    "environment.staging": "bg:ansiyellow fg:ansiblack bold",
    "environment.development": "bg:ansigreen fg:ansiblack bold",
    "target": "bold",
    "warning": "fg:ansired bold",
    "staging": "fg:ansiyellow bold",
    "transaction.open": "fg:ansiyellow bold",
    "transaction.failed": "fg:ansired bold",
    "transaction.unknown": "fg:ansired bold",
    "continuation": "fg:ansibrightblack",
    "bottom-toolbar": "noreverse bg:ansibrightblack fg:ansiwhite",
    "verdict.allow": "fg:ansigreen bold",
    "verdict.confirm": "bg:ansiyellow fg:ansiblack bold",
    "verdict.type": "bg:ansiyellow fg:ansiblack bold",
    "verdict.block": "bg:ansired fg:ansiwhite bold",
    "hint": "",
}


def style() -> BaseStyle:
    """For prompt_toolkit, which maps it to what the terminal can do."""
    from prompt_toolkit.styles import Style

    return Style.from_dict(STYLES)
