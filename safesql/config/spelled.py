"""A value as a configuration file would spell it, without secrets."""

from __future__ import annotations

from typing import Any

from safesql.config.keymap import Mapped
from safesql.guard.action import Action, Environment, Undo
from safesql.sql.redact import redact


def spelled(value: Any) -> str:
    """TOML; passwords in URLs are hidden."""
    match value:
        case bool():
            return "true" if value else "false"
        case Action() | Environment() | Undo():
            return f'"{value.word}"'
        case float():
            return f"{value:g}"
        case int():
            return str(value)
        case (Mapped(), *_):
            pairs = (f'"{" ".join((each.mode, *each.keys)).lstrip()}" = {spelled(each.action)}' for each in value)
            return f"{{{', '.join(pairs)}}}"
        case tuple():
            return f"[{', '.join(spelled(each) for each in value)}]"
        case _:
            return f'"{redact(str(value))}"'
