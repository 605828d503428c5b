"""The brackets and CASEs that are open while a condition is read: a stack of our own, however deep the nesting."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from safesql.guard.predicate import operators
from safesql.guard.predicate.fold import Fold, NotUnderstood
from safesql.guard.predicate.value import Value
from safesql.sql.token import Kind, Token


class Opened(Enum):
    """What an open frame is."""

    ROOT = "root"
    GROUP = "("
    CALL = "call"
    LIST = "in ("
    ARRAY = "array["
    SUBSCRIPT = "["
    CASE = "case"
    INTERVAL = "interval"


class Operator(NamedTuple):
    """An operator that waits for its right operand; ``quantifier`` is any or all, ``operands`` counts them."""

    name: str
    level: int
    operands: int = 2
    quantifier: str = ""
    half: bool = False         # a BETWEEN that waits for its AND


class Frame:
    """Operators and operands between two brackets, and the items that commas or words have ended."""

    __slots__ = ("head", "items", "name", "negated", "opened", "operators", "roles", "values")

    def __init__(self, opened: Opened, name: str = "", head: Value | None = None, *, negated: bool = False) -> None:
        """``head`` is what stands before: the left of IN, what is subscripted."""
        self.opened = opened
        self.name = name
        self.head = head
        self.negated = negated
        self.operators: list[Operator] = []
        self.values: list[Value] = []
        self.items: list[Value] = []
        self.roles: list[str] = []

    def pop(self) -> Value:
        """The last operand."""
        if not self.values:
            raise NotUnderstood
        return self.values.pop()

    def reduce(self, fold: Fold, level: int, name: str = "") -> None:
        """Apply what binds at least as tightly as ``level``; a run of the same AND or OR is applied at once."""
        waiting = self.operators
        while waiting and waiting[-1].level >= level and not waiting[-1].half:
            if waiting[-1].name == name and name in ("and", "or"):
                return
            self._apply(fold, waiting.pop())

    def _apply(self, fold: Fold, operator: Operator) -> None:
        """One operator, or a run of ANDs or ORs."""
        if operator.name in ("and", "or"):
            self._join(fold, operator.name)
            return
        right = self.pop()
        if operator.operands == 1:
            self.values.append(operators.prefixed(fold, operator.name, right))
            return
        left = self.pop()
        if operator.operands == 3:
            self.values.append(operators.between(fold, operator.name, self.pop(), left, right))
        elif operator.quantifier:
            self.values.append(operators.quantified(fold, operator.name, operator.quantifier, left, right))
        else:
            self.values.append(operators.applied(fold, operator.name, left, right))

    def _join(self, fold: Fold, name: str) -> None:
        """All operands of a run of the same word."""
        count = 2
        while self.operators and self.operators[-1].name == name:
            self.operators.pop()
            count += 1
        if len(self.values) < count:
            raise NotUnderstood
        operands = self.values[-count:]
        del self.values[-count:]
        self.values.append(fold.every(operands) if name == "and" else fold.some(operands))

    def finish(self, fold: Fold) -> Value | None:
        """The one operand that is left when an item ends, or None for an empty item."""
        self.reduce(fold, 0)
        if self.operators or len(self.values) > 1:
            raise NotUnderstood
        return self.values.pop() if self.values else None


def closing(tokens: Sequence[Token]) -> dict[int, int]:
    """Where each bracket that opens is closed."""
    found: dict[int, int] = {}
    open_: list[int] = []
    opens, closes = Kind.OPEN, Kind.CLOSE
    for place, kind in enumerate([token[0] for token in tokens]):
        if kind is opens:
            open_.append(place)
        elif kind is closes:
            if not open_:
                raise NotUnderstood
            found[open_.pop()] = place
    if open_:
        raise NotUnderstood
    return found

