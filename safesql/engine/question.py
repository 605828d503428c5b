"""What a person is asked, what can be answered, and the port that asks."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from safesql.guard.action import Action
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field

if TYPE_CHECKING:
    from safesql.engine.touched import Touched


class Choice(Enum):
    """The ways on from a question."""

    RUN = "run"
    PREVIEW = "preview"
    STAGE = "stage"
    EDIT = "edit"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Question:
    """All that a person needs to decide; ``action`` is CONFIRM or TYPE."""

    verdict: Verdict
    target: str                             # who and where, as the connection resolved it
    environment: str
    touched: tuple[Touched, ...] = ()
    notes: tuple[str, ...] = ()             # sentences: triggers that fire, partitions, what the server will refuse
    can_stage: bool = True
    previewable: bool = True

    @property
    def action(self) -> Action:
        """How strong the answer must be."""
        return self.verdict.action

    @property
    def expected(self) -> str:
        """What must be typed for TYPE: the table and the rows as measured, such as ``billing 2431``."""
        for touched in self.touched:
            if touched.rows is not None:
                return f"{touched.name} {touched.rows}"
        named = next((str(part.target) for part in self.verdict.effect.walk() if part.target), "")
        return named or self.verdict.effect.verb.lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """What was chosen; ``typed`` is what stood in the answer to a TYPE question."""

    choice: Choice
    typed: str = ""
    by: str = field(default="")


class Ask(Protocol):
    """The port that asks; ``preview`` shows rows in between and may be called more than once by the dialogue."""

    def __call__(self, question: Question) -> Reply:
        """Ask once; CANCEL when nobody answers."""
        ...


class Nobody:
    """The default port: there is nobody to ask, so the answer is no."""

    def __call__(self, question: Question) -> Reply:
        """Always no."""
        del question
        return Reply(Choice.CANCEL)
