r"""``\if``, ``\elif``, ``\else`` and ``\endif`` of psql: which text of a script is taken (psql's conditional.c)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from safesql.slotted import dataclass


class State(Enum):
    """Where a conditional stands."""

    TAKEN = "taken"                # this branch is the one
    WAITING = "waiting"            # none was taken yet
    PASSED = "passed"              # one was taken before, or all of it is inside of what is not taken
    UNDECIDED = "undecided"        # which one is taken, only the run will tell: all are read


@dataclass(slots=True)
class Branch:
    r"""One ``\if`` that has not come to its end."""

    state: State
    last: bool = False             # its \else was seen


class Branches:
    """Changes with every conditional; a ``Condition`` tells whether one holds, None where that is not known."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[Branch] = []

    @property
    def taken(self) -> bool:
        """Whether the text that follows is taken, or may be."""
        return not self._open or self._open[-1].state in (State.TAKEN, State.UNDECIDED)

    @property
    def fork(self) -> bool:
        """Whether only the run tells which branch of the innermost is taken."""
        return bool(self._open) and self._open[-1].state is State.UNDECIDED

    @property
    def depth(self) -> int:
        """How many are open."""
        return len(self._open)

    def meet(self, name: str, holds: Condition) -> None:
        """Go past a conditional; raises ValueError for one that has no place there."""
        if name == "if":
            state = State.PASSED if not self.taken else _state(holds())
            self._open.append(Branch(state))
            return
        if not self._open:
            raise ValueError(f"\\{name} has no \\if before it")
        branch = self._open[-1]
        if name == "endif":
            self._open.pop()
            return
        if branch.last:
            raise ValueError(f"\\{name} cannot come after \\else")
        if name == "else":
            branch.last = True
        if branch.state is State.TAKEN:
            branch.state = State.PASSED
        elif branch.state is State.WAITING:
            branch.state = State.TAKEN if name == "else" else _state(holds())


def _state(holds: bool | None) -> State:
    """Of a branch, by its condition."""
    return State.UNDECIDED if holds is None else State.TAKEN if holds else State.WAITING


Condition = Callable[[], bool | None]
