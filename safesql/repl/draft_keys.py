"""Keys for a statement that is being written: Tab begins it, Enter waits for its WHERE, F6 shows its rows first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from safesql.repl.slots import Drafts, Input

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent


def draft_keys(drafts: Drafts) -> KeyBindings:
    """To be merged behind the other bindings: each of these steps back where it has nothing to do."""
    from prompt_toolkit.application import get_app
    from prompt_toolkit.enums import DEFAULT_BUFFER
    from prompt_toolkit.filters import (
        Condition,
        emacs_insert_mode,
        has_focus,
        has_selection,
        is_searching,
        vi_insert_mode,
    )
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()
    typing = has_focus(DEFAULT_BUFFER) & ~is_searching

    def chosen(buffer: Buffer) -> bool:
        return buffer.complete_state is not None and buffer.complete_state.current_completion is not None

    def begun() -> Input | None:
        buffer = get_app().current_buffer
        return None if chosen(buffer) else drafts.tab(Input(buffer.text, buffer.cursor_position))

    def wanted() -> Input | None:
        buffer = get_app().current_buffer
        return None if chosen(buffer) else drafts.enter(buffer.text)

    inserting = typing & (emacs_insert_mode | vi_insert_mode) & ~has_selection

    @keys.add("tab", filter=inserting & Condition(lambda: begun() is not None))
    def begin(event: KeyPressEvent) -> None:
        _filled(event, begun())

    @keys.add("enter", filter=typing & Condition(lambda: wanted() is not None))
    def fill(event: KeyPressEvent) -> None:
        _filled(event, wanted())

    keys.add("f6", filter=typing)(select_first(drafts))
    return keys


def select_first(drafts: Drafts) -> Callable[[KeyPressEvent], None]:
    """Turns the statement in the buffer into the SELECT of its rows, and back."""
    from prompt_toolkit.document import Document

    def turn(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        other = drafts.other(buffer.text)
        if other is None:
            event.app.output.bell()
        else:
            buffer.document = Document(other, min(buffer.cursor_position, len(other)))

    return turn


def _filled(event: KeyPressEvent, given: Input | None) -> None:
    """The buffer with another text, and the cursor where something is wanted."""
    from prompt_toolkit.document import Document
    from prompt_toolkit.key_binding.vi_state import InputMode

    if given is not None:
        event.current_buffer.document = Document(given.text, given.cursor)
        event.app.vi_state.input_mode = InputMode.INSERT
