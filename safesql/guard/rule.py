"""A rule names a danger and finds it; its file is its documentation and its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safesql.guard.action import Action, Environment
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.slotted import dataclass, field
from safesql.sql.token import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule found its danger, in a sentence; ``instead`` says what to write."""

    at: Span
    message: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit under its rule's name, with what policy does about it."""

    rule: str
    action: Action
    at: Span
    message: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A statement of one dialect, or of all where ``dialects`` is empty, judged with these facts."""

    sql: str
    dialects: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Rule:
    """A danger by name, why it is one, how it is found, and examples that prove both directions.

    ``flagged`` and ``passed`` are run by one generic test in every dialect an example names (all when none).
    ``default`` is the action for each environment, in the order production, staging, development.
    ``verbs`` and ``reaches`` are those without which there is nothing to find, so that ``check`` need not be called;
    None: any may do.
    """

    name: str
    why: str
    check: Callable[[Effect, Facts], Iterator[Hit]]
    flagged: tuple[Example, ...]
    passed: tuple[Example, ...]
    default: tuple[Action, Action, Action] = field(default=(Action.BLOCK, Action.TYPE, Action.CONFIRM))
    verbs: frozenset[str] | None = None
    reaches: frozenset[Reach] | None = None

    def action(self, environment: Environment) -> Action:
        """The base policy's action in an environment."""
        return self.default[2 - environment]
