"""Read one answer from a person at the terminal; what was typed before the question, or pasted, is not an answer."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from safesql.slotted import dataclass

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import Output

DEAF_SECONDS = 0.3         # after the question is painted; nobody reads it in less


@dataclass(slots=True)
class Painted:
    """When the question stood on the screen for the first time."""

    at: float | None = None

    def now(self, _app: object = None) -> None:
        """It stands there."""
        if self.at is None:
            self.at = monotonic()

    def deaf(self) -> bool:
        """Whether nobody can have read it yet."""
        return self.at is None or monotonic() - self.at < DEAF_SECONDS


def read_answer(
    message: str, source: Input | None = None, screen: Output | None = None, *, hidden: bool = False
) -> str | None:
    """The line, without its end; None for Ctrl-C, Ctrl-D and a terminal that is not there.

    With ``hidden`` nothing of it is painted, not even how long it is, and it may be pasted.
    """
    if source is None and not sys.stdin.isatty():
        return None
    from prompt_toolkit import PromptSession
    from prompt_toolkit.input import create_input
    from prompt_toolkit.input.typeahead import clear_typeahead
    from prompt_toolkit.layout.processors import PasswordProcessor

    source = source or create_input()
    _flush(source)
    clear_typeahead(source)
    painted = Painted()
    keys = _bindings(painted, pasted=hidden)
    session: PromptSession[str] = PromptSession(input=source, output=screen, key_bindings=keys)
    session.input_processors = [PasswordProcessor(char="")] if hidden else None
    session.app.after_render += painted.now
    try:
        return session.prompt(message)
    except (KeyboardInterrupt, EOFError):
        return None
    finally:
        clear_typeahead(source)


def _bindings(painted: Painted, *, pasted: bool) -> KeyBindings:
    """Keys that came too early are dropped, and pastes unless they are wanted; an empty line is no answer."""
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.keys import Keys

    keys = KeyBindings()
    deaf = Condition(painted.deaf)

    @keys.add(Keys.Any, filter=deaf)
    @keys.add("enter", filter=deaf | Condition(_nothing_typed))
    @keys.add("c-j", filter=deaf)
    @keys.add(Keys.BracketedPaste, filter=deaf | Condition(lambda: not pasted))
    def drop(event: KeyPressEvent) -> None:
        event.app.output.bell()

    return keys


def _nothing_typed() -> bool:
    """Whether the line is blank: there is no default answer."""
    from prompt_toolkit.application import get_app

    return not get_app().current_buffer.text.strip()


def _flush(source: Any) -> None:
    """Drop what waits in the terminal's own queue; a pipe has none."""
    import termios

    try:
        termios.tcflush(source.fileno(), termios.TCIFLUSH)
    except (termios.error, OSError, NotImplementedError, ValueError):
        return
