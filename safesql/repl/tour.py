"""The guided tour: each step says what to type, waits until that has happened, and says what it was good for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from safesql.engine.submit import Done, Fate
from safesql.errors import Refused, SafesqlError
from safesql.repl.shell import Shell
from safesql.slotted import dataclass
from safesql.sql.statement import Command

LEAVE, SKIP = "q", "skip"


class Reader(Protocol):
    """Where inputs come from."""

    def read(self, text: str = "") -> str:
        """The next input, with ``text`` standing in it already."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one input: the backslash commands in it, and how its last statement or command ended."""

    commands: tuple[str, ...] = ()
    outcome: Done | SafesqlError | None = None

    def ran(self, command: str) -> bool:
        """Whether this command was in it, and went well."""
        return command in self.commands and not isinstance(self.outcome, SafesqlError)

    def ended(self, fate: Fate, *, changes: bool) -> bool:
        """Whether a statement came to this end, and whether it was one that changes something."""
        done = self.outcome
        return isinstance(done, Done) and done.fate is fate and bool(done.verdict.effect.changes) is changes


@dataclass(frozen=True, slots=True)
class Step:
    """``typed`` is what the person is asked to type, ``reached`` whether something did what it is there for."""

    why: str
    typed: str
    learned: str
    reached: Callable[[Seen], bool]


WELCOME = (
    "A tour of two minutes, on a billing database that is made for it.\n"
    "Type what each step says, or press Enter on an empty line to have it typed.\n"
    f"{SKIP} goes on to the next step, {LEAVE} or Ctrl-D leaves at any time."
)
FAREWELL = (
    "That was the tour. The database stays open until you leave with \\q: try more.\n"
    "\\? lists commands and keys; safesql config init sets up your own servers."
)
STEPS = (
    Step(
        "What is safe runs, and nothing is asked. See what the bills are:",
        "select status, count(*) from billing group by status;",
        "The line below the input said so while you typed: ALLOW, changes nothing.",
        lambda seen: seen.ended(Fate.DONE, changes=False),
    ),
    Step(
        "Now the accident. Somebody wants to clean up, and forgets the WHERE:",
        "delete from billing;",
        "It was never sent. The line below the input said BLOCK before you pressed\n"
        "Enter. The rows are counted, those behind foreign keys too.",
        lambda seen: isinstance(seen.outcome, Refused),
    ),
    Step(
        "Look before you delete. F5 does this for whatever stands in the input:",
        "\\preview delete from billing where status = 'void';",
        "Counted by the server, and nothing changed.",
        lambda seen: seen.ran("preview"),
    ),
    Step(
        "Delete these. It is more than 10 rows, so the policy asks: answer r.",
        "delete from billing where status = 'void';",
        "The yes was to the number that you saw. More rows would have been rolled back.",
        lambda seen: seen.ended(Fate.DONE, changes=True),
    ),
    Step(
        "One row by its key is nothing to ask about:",
        "delete from billing where id = 7;",
        "Quiet, as nearly all statements are.",
        lambda seen: seen.ended(Fate.DONE, changes=True),
    ),
    Step(
        "But it was the wrong one. It was kept before it went, so take it back:",
        "\\undo",
        "Rows that were changed since are never overwritten; \\journal lists the changes.",
        lambda seen: seen.ran("undo"),
    ),
    Step(
        "What is too dangerous can be written down, for somebody to read first:",
        "\\stage review.sql",
        "From here on changes go to that file; reads still run.",
        lambda seen: seen.ran("stage"),
    ),
    Step(
        "The same accident again:",
        "delete from billing;",
        "Not executed: it is in the file, with its verdict and its rows.",
        lambda seen: seen.ended(Fate.STAGED, changes=True),
    ),
    Step(
        "Read what the reviewer would read:",
        "\\stage show",
        "safesql -f review.sql, or \\stage run, judges it again before anything is sent.",
        lambda seen: seen.ran("stage"),
    ),
)


def whole(steps: Iterable[Step] = STEPS) -> str:
    """All of it as text, for those who only want to read."""
    parts = [f"{number}. {step.why}\n\n    {step.typed}\n\n{step.learned}" for number, step in enumerate(steps, 1)]
    return "\n\n".join(["A tour of safesql: type this at the prompt of safesql demo.", *parts]) + "\n"


class Tour:
    """Stands between reader and shell; once over, it does nothing any more."""

    def __init__(self, reader: Reader, shell: Shell, steps: tuple[Step, ...] = STEPS) -> None:
        """``shell`` tells what came of each input."""
        self._reader, self._shell, self._steps = reader, shell, steps
        self._at, self._told = 0, -1
        self._input, self._offered = "", ""
        self._pager, shell.view.pager = shell.view.pager, False       # whose keys would be one thing more to learn
        shell.reading.words = frozenset({LEAVE, SKIP})
        self._say(WELCOME)

    def read(self, text: str = "") -> str:
        """The next input; before it, what the one before it showed, and what to type now."""
        self._look_back()
        if self._at >= len(self._steps):
            return self._reader.read(text)
        self._lead(waiting=bool(text))
        got = self._reader.read(text or self._offered)
        self._input, self._offered = got, ""
        match got.strip().lower():
            case "":
                self._offered = self._steps[self._at].typed
            case word if word == LEAVE:
                return "\\q"
            case word if word == SKIP:
                self._next()
                return ""
        return got

    def _look_back(self) -> None:
        """Whether the last input was the one that the step is about."""
        text, self._input = self._input, ""
        if not text.strip() or self._at >= len(self._steps):
            return
        named = tuple(piece.name for piece in self._shell.reading.pieces(text) if isinstance(piece, Command))
        step = self._steps[self._at]
        if step.reached(Seen(named, self._shell.outcome)):
            self._say(f"\n{step.learned}")
            self._next()
        elif not self._shell.leaving:
            self._told = -1

    def _next(self) -> None:
        """One step on, and behind the last one the end."""
        self._at += 1
        self._input = ""
        if self._at == len(self._steps):
            self._shell.reading.words = frozenset()
            self._shell.view.pager = self._pager
            self._say(f"\n{FAREWELL}")

    def _lead(self, *, waiting: bool) -> None:
        """What to type, once; not while a text waits in the input."""
        if self._told != self._at and not waiting:
            step = self._steps[self._at]
            self._say(f"\n[{self._at + 1}/{len(self._steps)}] {step.why}\n\n    {step.typed}\n")
            self._told = self._at

    def _say(self, text: str) -> None:
        """Between two inputs."""
        self._shell.say(text)
        self._shell.terminal.finish()
