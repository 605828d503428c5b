"""Keys of the prompt that a person maps: ``"vi-insert jk" = "normal-mode"``, ``"f7" = "preview"``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from safesql.config.nearest import nearest
from safesql.slotted import dataclass

MODES = ("vi-insert", "vi-normal", "emacs")
OWN = ("run", "new-line", "normal-mode", "preview", "select-first", "edit", "switch-keys")
"""What safesql itself does at a key; "run" does it where the input is complete, like Enter."""
READLINE = (
    "backward-char backward-delete-char backward-kill-word backward-word beginning-of-buffer beginning-of-history "
    "beginning-of-line capitalize-word clear-screen complete delete-char delete-horizontal-space downcase-word "
    "end-of-buffer end-of-history end-of-line forward-char forward-word insert-comment kill-line kill-word "
    "menu-complete menu-complete-backward next-history previous-history quoted-insert redraw-current-line "
    "reverse-search-history transpose-chars undo unix-line-discard unix-word-rubout uppercase-word yank yank-last-arg "
    "yank-nth-arg yank-pop"
).split()
"""Commands of readline by its names; those that would send a text which was not looked at are left out."""
TYPE = "type "
_NAMED = re.compile(
    r"(c-|s-|c-s-)?(up|down|left|right|home|end|insert|delete|pageup|pagedown)|s-tab|tab|space|enter|escape|backspace|"
    r"f([1-9]|1[0-9]|2[0-4])|c-([a-z@\\\]^_]|space)"
)
_TAKEN = ("c-c", "c-d", "enter", "c-m", "c-j")
"""Keys that interrupt, leave and run, wherever one is."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One mapping: ``mode`` is empty for all of them, ``keys`` are as prompt_toolkit names them."""

    mode: str
    keys: tuple[str, ...]
    action: str


def keymap(value: Any) -> tuple[Mapped, ...]:
    """All mappings of a table; raises ValueError naming the first that is wrong."""
    if not isinstance(value, Mapping) or not value:
        raise ValueError('must be a table of keys, such as {"vi-insert jk" = "normal-mode"}')
    return tuple(_mapped(str(keys), action) for keys, action in value.items())


def _mapped(spelled: str, action: Any) -> Mapped:
    """One line of it."""
    mode, _, rest = spelled.partition(" ")
    if mode not in MODES:
        mode, rest = "", spelled
    keys = tuple(key for word in rest.split() for key in _keys(word))
    if not keys:
        raise ValueError(f"maps {spelled!r}: no key is named")
    if keys[0] in _TAKEN:
        raise ValueError(f"maps {spelled!r}: Enter, Ctrl-C and Ctrl-D stay as they are")
    if keys[0] == "escape" and mode != "emacs":
        raise ValueError(f"maps {spelled!r}: Esc would have to wait in vi; map it for emacs alone")
    if not isinstance(action, str) or not _known(action):
        known = (*OWN, *READLINE)
        raise ValueError(f"maps {spelled!r} to what is no action{nearest(str(action), known)}; README lists them")
    return Mapped(mode, keys, action)


def _known(action: str) -> bool:
    """Whether it can be done at a key; text that is typed is printable."""
    text = action.removeprefix(TYPE)
    return action in OWN or action in READLINE or (action.startswith(TYPE) and bool(text) and text.isprintable())


def _keys(word: str) -> tuple[str, ...]:
    """A named key, Alt and a key, one character, or two that are typed one after the other."""
    if _NAMED.fullmatch(word):
        return (word,)
    if word.startswith("m-") and len(word) > 2:
        return ("escape", *_keys(word[2:]))
    if 1 <= len(word) <= 2 and word.isprintable():
        return tuple(word)
    raise ValueError(f"names {word!r}, which is no key; keys are named like c-t, m-x, s-tab, f7, jk")
