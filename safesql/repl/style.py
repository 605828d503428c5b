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
    "alarm": "bg:ansired fg:ansiwhite bold",
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


LIGHT = {
    "staging": "fg:#875f00 bold",
    "transaction.open": "fg:#875f00 bold",
    "continuation": "fg:#767676",
    "bottom-toolbar": "noreverse bg:#d0d0d0 fg:#1c1c1c",
    "verdict.allow": "fg:#005f00 bold",
    "auto-suggestion": "fg:#767676",
}
"""What is read badly on a light background, otherwise."""
SQL = {"": "default", "dark": "native", "light": "friendly"}
"""The style of Pygments for each background; the first is for both."""


DARK = ("red", "blue", "magenta")


def painted(color: str) -> str:
    """A colour of the configuration as prompt_toolkit has it, under letters that can be read on it; empty for none."""
    if not color:
        return ""
    if not color.startswith("#"):
        return f"bg:ansi{color} fg:{'ansiwhite' if color in DARK else 'ansiblack'}"
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    bright = 0.299 * red + 0.587 * green + 0.114 * blue             # ITU-R BT.601
    return f"bg:{color} fg:{'#000000' if bright > 140 else '#ffffff'}"


def style(background: str = "", sql: str = "") -> BaseStyle:
    """For prompt_toolkit, which maps it to what the terminal can do; ``sql`` is the name of a style of Pygments."""
    from prompt_toolkit.styles import Style, merge_styles, style_from_pygments_cls

    own = Style.from_dict(STYLES | (LIGHT if background == "light" else {}))
    name = sql or SQL[background]
    if name == SQL[""]:
        return own                                            # prompt_toolkit brings it
    from pygments.styles import get_style_by_name

    return merge_styles([style_from_pygments_cls(get_style_by_name(name)), own])
