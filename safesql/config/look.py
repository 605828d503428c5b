"""How the prompt looks: its template, the background it stands on, and the style of SQL."""

from __future__ import annotations

import re
from string import Formatter
from typing import Any

FIELDS = ("environment", "who", "user", "target", "database", "role", "tls", "flags", "transaction", "state", "age")
"""What a template may name; ``flags`` are the warnings, ``transaction`` a mark and ``state`` the same in words."""
NEEDED = ("environment", "flags")
PROMPT = "{environment} {who}{flags}{transaction}> "
PLAIN = "{environment} {who}{flags} {state} > "
_LONGEST = 200
COLORS = ("red", "green", "yellow", "blue", "magenta", "cyan", "gray")
_RGB = re.compile(r"#[0-9a-fA-F]{6}")


def template(value: Any) -> str:
    """The text of a prompt; the environment and the warnings are always in it. Raises ValueError."""
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _LONGEST:
        raise ValueError(f"must be text on one line, of at most {_LONGEST} characters")
    try:
        named = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(value) if name is not None]
    except ValueError as error:
        raise ValueError(f"is no template: {error}") from None
    for name, spec, conversion in named:
        if name not in FIELDS or spec or conversion:
            raise ValueError(f"names {{{name}}}, which is none of {', '.join(FIELDS)}")
    for name in NEEDED:
        if name not in [known for known, _, _ in named]:
            raise ValueError(f"must name {{{name}}}: nobody should have to guess where a statement goes")
    return value


def color(value: Any) -> str:
    """The colour behind the environment's word: a name of the terminal's own, or #rrggbb; raises ValueError."""
    if isinstance(value, str) and (value in COLORS or _RGB.fullmatch(value)):
        return value
    raise ValueError(f"must be one of {', '.join(COLORS)}, or a colour such as #aa3355")


def style(value: Any) -> str:
    """A style of Pygments by its name; raises ValueError for one that is not installed."""
    from pygments.styles import get_all_styles

    known = sorted(get_all_styles())
    if value not in known:
        raise ValueError(f"must be a style of Pygments: {', '.join(known)}")
    return str(value)
