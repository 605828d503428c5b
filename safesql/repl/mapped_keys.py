"""The keys that a person mapped, as bindings that come before all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from safesql.config.keymap import TYPE, Mapped
from safesql.repl.keys import Handler

if TYPE_CHECKING:
    from prompt_toolkit.filters import Filter
    from prompt_toolkit.key_binding import KeyBindings


def mapped_keys(mapped: Sequence[Mapped], own: Mapping[str, Handler]) -> KeyBindings:
    """To be merged last, which wins; ``own`` does what is no command of readline, by the names of the keymap."""
    from prompt_toolkit.enums import DEFAULT_BUFFER
    from prompt_toolkit.filters import emacs_insert_mode, emacs_mode, has_focus, is_searching, vi_insert_mode
    from prompt_toolkit.filters import vi_navigation_mode as vi_normal_mode
    from prompt_toolkit.key_binding import KeyBindings

    modes: dict[str, Filter] = {
        "vi-insert": vi_insert_mode, "vi-normal": vi_normal_mode, "emacs": emacs_mode,
        "": vi_insert_mode | vi_normal_mode | emacs_insert_mode,
    }  # fmt: skip
    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER) & ~is_searching
    for each in mapped:
        spelled = [" " if key == "space" else key for key in each.keys]
        keys.add(*spelled, filter=typing & modes[each.mode])(_handler(each.action, own))
    return keys


def _handler(action: str, own: Mapping[str, Handler]) -> Handler:
    """What the action does."""
    from prompt_toolkit.key_binding.bindings.named_commands import get_by_name

    if action.startswith(TYPE):
        text = action.removeprefix(TYPE)
        return lambda event: event.current_buffer.insert_text(text)
    return own[action] if action in own else get_by_name(action).handler
