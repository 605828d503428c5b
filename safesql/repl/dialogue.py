"""The question before something dangerous: what, where, how many rows; answered by a person at the keys, now."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safesql.engine.question import Choice, Question, Reply
from safesql.errors import SafesqlError
from safesql.formats.visible import visible
from safesql.guard.action import Action
from safesql.guard.verdict import Verdict
from safesql.repl.words import findings_lines
from safesql.slotted import dataclass

TRIES = 3


@dataclass(slots=True)
class Dialogue:
    """The port ``Ask``; ``read`` reads one line that was neither typed ahead nor pasted, None when nobody answers."""

    say: Callable[[str], None]
    read: Callable[[str], str | None]
    preview: Callable[[Verdict], None]
    review: Callable[[], bool]             # whether a review file is open, after asking for its name
    by: str = ""

    def __call__(self, question: Question) -> Reply:
        """Ask until there is an answer; no answer, Ctrl-C and Ctrl-D are no."""
        for line in question_lines(question):
            self.say(line)
        tries = TRIES
        while tries:
            for line in _ways(question):
                self.say(line)
            answer = self.read("answer> ")
            if answer is None:
                break
            choice = self._choice(question, answer)
            if choice is Choice.PREVIEW:
                self._preview(question.verdict)
            elif choice is Choice.STAGE and not self.review():
                self.say("no review file; nothing was staged")
            elif choice is not None:
                return Reply(choice, typed=answer, by=self.by)
            else:
                tries -= 1
                self.say(_again(question))
        return Reply(Choice.CANCEL, by=self.by)

    def _choice(self, question: Question, answer: str) -> Choice | None:
        """What was meant; None when that is not clear, so that it is asked again."""
        word = answer.strip().lower()
        if question.action is Action.TYPE and _plain(word) == _plain(question.expected):
            return Choice.RUN
        if question.action is Action.CONFIRM and word in ("r", "run", "y", "yes"):
            return Choice.RUN
        return _WORDS.get(word)

    def _preview(self, verdict: Verdict) -> None:
        """The rows; that they cannot be shown is no answer."""
        try:
            self.preview(verdict)
        except SafesqlError as error:
            self.say(f"no preview: {visible(str(error))}")


_WORDS = {
    "p": Choice.PREVIEW, "preview": Choice.PREVIEW,
    "s": Choice.STAGE, "stage": Choice.STAGE,
    "e": Choice.EDIT, "edit": Choice.EDIT,
    "c": Choice.CANCEL, "cancel": Choice.CANCEL, "n": Choice.CANCEL, "no": Choice.CANCEL, "q": Choice.CANCEL,
}  # fmt: skip


def question_lines(question: Question) -> Iterator[str]:
    """All that a person needs to decide."""
    yield from findings_lines(question.verdict)
    yield f"  on {visible(question.target)}, environment {question.environment}"
    for table in question.touched:
        yield f"  {visible(str(table))}"
    for note in question.notes:
        yield f"  {visible(note)}"


def _ways(question: Question) -> Iterator[str]:
    """The answers that there are, on lines that fit a narrow terminal."""
    yield f"  to run it type {visible(question.expected)}" if question.action is Action.TYPE else "  [r]un it"
    yield "  or [p]review rows, [s]tage to a file, [e]dit, [c]ancel"


def _again(question: Question) -> str:
    """After an answer that is none."""
    if question.action is Action.TYPE:
        return f"that is not {visible(question.expected)}; nothing was sent"
    return "answer with one of the letters; nothing was sent"


def _plain(text: str) -> str:
    """Typed text without the freedom people take with spaces, case and thousands separators."""
    return " ".join(text.replace(",", "").split()).lower()
