"""The history of an environment, as the prompt reads and writes it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable
from typing import TYPE_CHECKING

from safesql.errors import CannotRecord
from safesql.slotted import dataclass, field
from safesql.store.history import History

if TYPE_CHECKING:
    from prompt_toolkit.auto_suggest import AutoSuggest
    from prompt_toolkit.history import History as PromptHistory

NEWEST = 10_000            # inputs that are taken from the file at the start
_LOOKED_AT = 300           # inputs, newest first, among which a suggestion is sought on every key


@dataclass(slots=True)
class Shared:
    """The file that several shells append to; what cannot be read or kept is said, and typing goes on."""

    store: History
    say: Callable[[str], None]
    own: list[tuple[str, str]] = field(default_factory=list)      # what was appended here since: as kept and as typed
    _read: int = 0                                                # bytes of the file

    def newer(self) -> list[str]:
        """What all have appended since the last call, oldest first; what was typed here as it was typed."""
        own, self.own = self.own, []
        try:
            found, self._read = self.store.newer(self._read)
        except CannotRecord as error:
            self.say(str(error))
            found = []
        merged = []
        for text in found:
            at = next((at for at, (kept, _) in enumerate(own) if kept == text), None)
            merged.append(text if at is None else own.pop(at)[1])
        return merged + [typed for _, typed in own]               # at last those that are not kept

    def keep(self, text: str) -> None:
        """Append; redacted by the store."""
        kept = ""
        try:
            kept = self.store.append(text)
        except CannotRecord as error:
            self.say(str(error))
        self.own.append((kept, text))


def prompt_history(store: History, say: Callable[[str], None]) -> PromptHistory:
    """A history of prompt_toolkit on ours, shared with the shells that are open beside it."""
    from prompt_toolkit.history import History as Base

    shared = Shared(store, say)

    class Kept(Base):
        """Loads all at once, and before each prompt what was added: the file is read in a few milliseconds."""

        async def load(self) -> AsyncGenerator[str, None]:
            """Newest first."""
            if self._loaded:
                typed_here = len(shared.own)
                self._loaded_strings[:typed_here] = reversed(shared.newer())
            async for text in super().load():
                yield text

        def load_history_strings(self) -> Iterable[str]:
            """Newest first."""
            return reversed(shared.newer()[-NEWEST:])

        def store_string(self, string: str) -> None:
            """In the file as well."""
            shared.keep(string)

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
