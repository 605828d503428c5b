r"""What is known after an ``\if`` that only the run decides: what all its branches agree on."""

from __future__ import annotations

from safesql.guard.memory import Memory
from safesql.slotted import dataclass, field, replace
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.variables import Variables

NOTHING_SURE = Memory(hides=False)
"""What the guard may rely on behind a branch that may not have been taken."""


@dataclass(slots=True)
class Fork:
    """How things stood before the branches, and at the end of each that was read; ``whole`` once one must be taken."""

    variables: Variables
    dialect: Dialect
    ends: list[tuple[Variables, Dialect]] = field(default_factory=list)
    whole: bool = False


class Forks:
    """The undecided conditionals that are open, innermost last; ``passed`` grows with every branch that ends."""

    __slots__ = ("_open", "passed")

    def __init__(self) -> None:
        self._open: list[Fork] = []
        self.passed = 0

    @property
    def open(self) -> int:
        """How many."""
        return len(self._open)

    def pass_on(self, name: str, was: tuple[bool, bool], variables: Variables, dialect: Dialect) -> Dialect:
        """Go past a conditional that ``was`` undecided before and after it; returns how the text behind it is read."""
        before, now = was
        if name == "if" or (name != "endif" and not before):
            if now:
                self._open.append(Fork(variables.copy(), dialect))
            return dialect
        if not before:
            return dialect
        fork = self._open[-1]
        fork.ends.append((variables.copy(), dialect))
        self.passed += 1
        if name == "endif":
            self._open.pop()
            return _joined(fork, variables)
        fork.whole = fork.whole or name == "else"
        variables.become(fork.variables)
        return fork.dialect


def _joined(fork: Fork, variables: Variables) -> Dialect:
    """After the last branch: what differs is not known."""
    ends = fork.ends if fork.whole else [*fork.ends, (fork.variables, fork.dialect)]
    for name in variables.differing(each for each, _ in ends):
        variables.set(name, None)
    for prefix in {prefix for each, _ in ends for prefix in each.perhaps}:
        variables.may_be_set(prefix)
    dialects = {dialect for _, dialect in ends}
    first = ends[0][1]
    return first if len(dialects) == 1 else replace(first, modes=first.modes | {Mode.UNKNOWN})
