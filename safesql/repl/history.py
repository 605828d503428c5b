"""The history of an environment, as the prompt reads and writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from safesql.errors import CannotRecord
from safesql.store.history import History

if TYPE_CHECKING:
    from prompt_toolkit.auto_suggest import AutoSuggest
    from prompt_toolkit.history import History as PromptHistory

_LOOKED_AT = 300           # inputs, newest first, among which a suggestion is sought on every key


def prompt_history(store: History, say: Callable[[str], None]) -> PromptHistory:
    """A history of prompt_toolkit on ours; what cannot be kept is said, and typing goes on."""
    from prompt_toolkit.history import History as Base

    class Kept(Base):
        """Loads all at once: the file is ours, and read in a few milliseconds."""

        def load_history_strings(self) -> Iterable[str]:
            """Newest first."""
            try:
                return list(reversed(store.load()))
            except CannotRecord as error:
                say(str(error))
                return []

        def store_string(self, string: str) -> None:
            """Redacted by the store."""
            try:
                store.append(string)
            except CannotRecord as error:
                say(str(error))

    return Kept()


def suggestion(harmless: Callable[[str], bool]) -> AutoSuggest:
    """Suggests from history what the guard allows; a statement that would be asked about is never offered."""
    from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.document import Document

    class Harmless(AutoSuggest):
        """The newest allowed input that begins as the buffer does."""

        def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
            """The rest of that input."""
            text = document.text
            if not text.strip() or text.lstrip().startswith("\\"):
                return None
            for known in reversed(buffer.history.get_strings()[-_LOOKED_AT:]):
                if known.startswith(text) and known != text and harmless(known):
                    return Suggestion(known[len(text) :])
            return None

    return Harmless()
