"""One input at a time from the terminal: prompt_toolkit, told our keys, colours, toolbar and history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from safesql.commands.shell import View
from safesql.config.look import PLAIN, PROMPT
from safesql.config.profile import Ui
from safesql.repl.arguments import Known
from safesql.repl.draft_keys import draft_keys, select_first
from safesql.repl.keys import Edit, actions, apply_keys, key_bindings
from safesql.repl.mapped_keys import mapped_keys
from safesql.repl.place import Place
from safesql.repl.prompt import continuation, prompt
from safesql.repl.reading import Reading
from safesql.repl.slots import Drafts
from safesql.repl.toolbar import toolbar
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.formatted_text import FormattedText
    from prompt_toolkit.history import History
    from prompt_toolkit.input import Input
    from prompt_toolkit.lexers import Lexer
    from prompt_toolkit.output import Output

REFRESH = 15.0             # seconds after which the age of a transaction is painted again


@dataclass(frozen=True, slots=True)
class Sources:
    """What the reader shows, asked for anew at every key: ``place`` and ``dialect`` are the session's at that time."""

    place: Callable[[], Place]
    dialect: Callable[[], Dialect]
    reading: Reading
    view: View
    edit: Edit
    look: Callable[[str], None] | None = None
    drafts: Drafts | None = None
    known: Known = field(default_factory=Known)
    ui: Ui = field(default_factory=Ui)      # keys that the person mapped, and how the prompt looks


class Reader:
    """Holds the prompt of one terminal."""

    def __init__(
        self,
        sources: Sources,
        history: History,
        completer: Completer | None = None,
        terminal: tuple[Input, Output] | None = None,
    ) -> None:
        """``terminal`` is where keys come from and paint goes to; the process's own where it is None."""
        self._sources = sources
        self._session = self._built(history, completer, terminal)

    def read(self, text: str = "") -> str:
        """The next input, ``text`` standing in it already; raises KeyboardInterrupt for Ctrl-C, EOFError for Ctrl-D."""
        sources = self._sources
        sources.reading.forget()
        apply_keys(self._session.app, sources.view)
        return self._session.prompt(default=text)

    def when_painted(self, act: Callable[[], None]) -> None:
        """Do something once, as soon as the prompt stands there: it must not make anybody wait for the prompt."""
        event = self._session.app.after_render

        def once(_app: object) -> None:
            event.remove_handler(once)
            act()

        event.add_handler(once)

    def history(self, history: History) -> None:
        """From now on this one: the environment changed."""
        from prompt_toolkit.buffer import Buffer

        buffer: Buffer = self._session.default_buffer
        self._session.history = buffer.history = history

    def _built(
        self, history: History, completer: Completer | None, terminal: tuple[Input, Output] | None
    ) -> PromptSession[str]:
        """prompt_toolkit is imported here, and nowhere before the prompt is wanted."""
        from prompt_toolkit import PromptSession
        from prompt_toolkit.cursor_shapes import ModalCursorShapeConfig
        from prompt_toolkit.filters import Always
        from prompt_toolkit.formatted_text import FormattedText
        from prompt_toolkit.key_binding import merge_key_bindings
        from prompt_toolkit.lexers import DynamicLexer
        from prompt_toolkit.output.color_depth import ColorDepth
        from prompt_toolkit.shortcuts import CompleteStyle

        from safesql.repl.history import suggestion
        from safesql.repl.style import style
        from safesql.repl.unhidden import show_hidden

        show_hidden()

        sources = self._sources
        source, screen = terminal or (None, None)
        plain = sources.view.plain
        template = sources.ui.prompt or (PLAIN if plain else PROMPT)
        act = actions(sources.reading.complete, sources.view, sources.edit, sources.look)
        bindings = [key_bindings(act)]
        if sources.drafts is not None:
            act["select-first"] = select_first(sources.drafts)
            bindings.append(draft_keys(sources.drafts))
        if sources.ui.keys:
            bindings.append(mapped_keys(sources.ui.keys, act))
        session: PromptSession[str] = PromptSession(
            message=lambda: FormattedText(prompt(sources.place(), template)),
            multiline=True,
            prompt_continuation=lambda width, _line, _wrapped: FormattedText(continuation(width)),
            bottom_toolbar=None if plain else self._toolbar,
            lexer=DynamicLexer(self._lexer),
            history=history,
            completer=completer,
            auto_suggest=None if plain else suggestion(sources.reading.harmless),
            complete_while_typing=not plain,
            complete_style=CompleteStyle.READLINE_LIKE if plain else CompleteStyle.COLUMN,
            key_bindings=merge_key_bindings(bindings),
            style=style(sources.ui.background, sources.ui.style),
            color_depth=None if sources.view.color else ColorDepth.DEPTH_1_BIT,
            cursor=ModalCursorShapeConfig(),
            search_ignore_case=True,
            refresh_interval=0 if plain else REFRESH,
            input=source,
            output=screen,
        )
        session.default_buffer.enable_history_search = Always()      # Up finds what begins like the buffer
        return session

    def _toolbar(self) -> FormattedText:
        """The verdict on what stands in the buffer at this key."""
        from prompt_toolkit.formatted_text import FormattedText

        sources = self._sources
        app: Any = self._session.app
        text = self._session.default_buffer.text
        verdict = None if text.lstrip().startswith("\\") else sources.reading.worst(text)
        return FormattedText(toolbar(verdict, sources.place(), self._keys(), app.output.get_size().columns))

    def _keys(self) -> str:
        """The key bindings, and in vi its mode."""
        if self._sources.view.keys != "vi":
            return "emacs "
        mode = self._session.app.vi_state.input_mode.value.removeprefix("vi-")
        return f"vi {mode.replace('navigation', 'normal')} "

    def _lexer(self) -> Lexer | None:
        """By dialect, and only where there is something to colour."""
        from safesql.repl.highlight import lexer_for

        sources = self._sources
        return lexer_for(self._session.default_buffer.text, sources.dialect().family, color=sources.view.color)
