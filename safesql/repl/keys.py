"""Keys of the prompt, in vi and emacs: Enter runs only what is complete, and no key waits for another."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from safesql.commands.shell import View
from safesql.slotted import dataclass, field

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

Edit = Callable[[str], str | None]
"""Opens the editor with a text and gives back what it made of it, None when that ended without success."""

ESCAPE_SECONDS = 0.02      # an escape sequence arrives faster than this, a person's Esc and next key never do
VI_SECONDS = 0.5           # for two keys that are one command, such as gg, or jk; none of them begins with Esc
EMACS_SECONDS = 1.0        # Esc and then a key, for keyboards without Alt


@dataclass(slots=True)
class Escape:
    """When Esc left vi's insert mode, so that Alt-Enter, which sends Esc and Enter at once, can be told from both."""

    at: float = field(default=-1.0)

    def with_this(self, event: KeyPressEvent) -> bool:
        """Whether it came at once with the key that is being handled, and directly before it."""
        before = event.previous_key_sequence
        return bool(before) and before[-1].key == "escape" and monotonic() - self.at < ESCAPE_SECONDS


Handler = Callable[["KeyPressEvent"], object]


def actions(
    complete: Callable[[str], bool], view: View, edit: Edit, look: Callable[[str], None] | None = None
) -> dict[str, Handler]:
    """What the prompt does at a key, by the names of the keymap; ``complete`` says whether a text may be run.

    ``look`` shows what the text in the buffer would touch.
    """

    def switch(event: KeyPressEvent) -> None:
        view.keys = "emacs" if view.keys == "vi" else "vi"
        apply_keys(event.app, view)

    def preview(event: KeyPressEvent) -> None:
        if look is not None and event.current_buffer.text.strip():
            event.app.create_background_task(_looked_at(event.current_buffer.text, look))

    return {
        "run": lambda event: _enter(event, complete),
        "new-line": lambda event: event.current_buffer.newline(copy_margin=False),
        "normal-mode": _normal_mode,
        "switch-keys": switch,
        "preview": preview,
        "edit": lambda event: event.app.create_background_task(_edited(event.current_buffer, edit)),
    }


def key_bindings(act: dict[str, Handler]) -> KeyBindings:
    """The bindings that differ from prompt_toolkit's own, by what ``actions`` do."""
    from prompt_toolkit.enums import DEFAULT_BUFFER
    from prompt_toolkit.filters import (
        emacs_insert_mode,
        emacs_mode,
        has_focus,
        has_selection,
        is_searching,
        vi_insert_mode,
        vi_mode,
        vi_navigation_mode,
    )
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER) & ~is_searching
    escape = Escape()

    @keys.add("enter", filter=typing)
    def enter(event: KeyPressEvent) -> None:
        if vi_mode() and escape.with_this(event):
            _line_from_insert_mode(event)
        else:
            act["run"](event)

    @keys.add("escape", filter=typing & vi_insert_mode)
    def leave_insert_mode(event: KeyPressEvent) -> None:
        escape.at = monotonic()
        act["normal-mode"](event)

    keys.add("escape", "enter", filter=typing & emacs_insert_mode)(act["new-line"])
    keys.add("f4")(act["switch-keys"])
    keys.add("f5", filter=typing)(act["preview"])
    keys.add("v", filter=typing & vi_navigation_mode)(act["edit"])
    keys.add("c-x", "c-e", filter=typing & emacs_mode & ~has_selection)(act["edit"])
    return keys


def apply_keys(app: object, view: View) -> None:
    """Set an application to the key bindings of the view, with the waiting times that belong to them."""
    from prompt_toolkit.application import Application
    from prompt_toolkit.enums import EditingMode

    if not isinstance(app, Application):
        raise TypeError("not an application")
    app.editing_mode = EditingMode.VI if view.keys == "vi" else EditingMode.EMACS
    app.ttimeoutlen = ESCAPE_SECONDS
    app.timeoutlen = VI_SECONDS if view.keys == "vi" else EMACS_SECONDS


def _normal_mode(event: KeyPressEvent) -> None:
    """Out of vi's insert mode, as Esc does it."""
    from prompt_toolkit.key_binding.vi_state import InputMode

    event.current_buffer.cancel_completion()
    event.current_buffer.cursor_position += event.current_buffer.document.get_cursor_left_position()
    event.app.vi_state.input_mode = InputMode.NAVIGATION


async def _looked_at(text: str, look: Callable[[str], None]) -> None:
    """Above the prompt, which comes back with the same text."""
    from prompt_toolkit.application import run_in_terminal

    await run_in_terminal(lambda: look(text), in_executor=True)


async def _edited(buffer: Buffer, edit: Edit) -> None:
    """The buffer in the editor; what comes back stays there and waits for Enter."""
    from prompt_toolkit.application import run_in_terminal
    from prompt_toolkit.document import Document

    text = await run_in_terminal(lambda: edit(buffer.text), in_executor=True)
    if text is not None:
        buffer.document = Document(text.removesuffix("\n"))


def _enter(event: KeyPressEvent, complete: Callable[[str], bool]) -> None:
    """Take a chosen completion, run what is complete, or go on in a new line."""
    from prompt_toolkit.filters import vi_navigation_mode

    buffer = event.current_buffer
    if buffer.complete_state and buffer.complete_state.current_completion:
        buffer.complete_state = None
    elif complete(buffer.text):
        buffer.validate_and_handle()
    elif vi_navigation_mode():
        buffer.cursor_down()
    else:
        buffer.newline(copy_margin=False)


def _line_from_insert_mode(event: KeyPressEvent) -> None:
    """Alt-Enter in vi: undo what its Esc did, then a new line."""
    from prompt_toolkit.key_binding.vi_state import InputMode

    event.app.vi_state.input_mode = InputMode.INSERT
    buffer = event.current_buffer
    buffer.cursor_position += buffer.document.get_cursor_right_position()
    buffer.newline(copy_margin=False)
