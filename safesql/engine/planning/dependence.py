"""What statements of a plan have changed before others of the same plan: rows that depend on it are not guessed."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.effect import Effect, Name, Reach
from safesql.rewrite.closure.place import Place
from safesql.slotted import dataclass, field

WRITES = (Reach.ROWS, Reach.SCHEMA)
CONTAINERS = frozenset({"schema", "database"})
RESOLVES = frozenset({"names", "role"})
"""Settings after which the same name may mean something else."""


@dataclass(slots=True)
class Before:
    """``changed`` are the tables by their last names in lower case, each with the statement that did it."""

    changed: dict[str, str] = field(default_factory=dict)
    lost: str = ""                    # since when nothing is known, a sentence

    def why_not(self, words: Iterable[str], reached: Iterable[Name], places: Iterable[Place], *, calls: bool) -> str:
        """Why the rows of a statement cannot be counted now; empty when they can."""
        if self.lost:
            return self.lost
        for word in (*sorted(words), *(name.parts[-1].lower() for name in reached)):
            if word in self.changed:
                return f"{self.changed[word]} changes {word} before"
        first = next(iter(self.changed.items()), None)
        if first is None:
            return ""
        view = next((place for place in places if place.kind not in ("table", "partitioned")), None)
        if view is not None:
            return f"{view.name} may show what {first[1]} changes before"
        return f"it calls a function that may see what {first[1]} changes before" if calls else ""

    def take(self, here: str, effect: Effect, reached: Iterable[Name], *, followed: bool) -> None:
        """A statement has run; ``followed`` says that safesql ran it too, so that names mean what they will mean."""
        for part in effect.everything():
            if part.reach is Reach.OPAQUE or part.kind in CONTAINERS:
                self.lost = self.lost or f"what {here} changes is not known"
            elif part.reach is Reach.SESSION and part.kind in RESOLVES and not followed:
                self.lost = self.lost or f"{here} changes what names stand for"
            elif part.reach in WRITES and part.target is not None and part.target.parts:
                self._changed(part, here)
        for name in reached:
            self.changed.setdefault(name.parts[-1].lower(), here)

    def _changed(self, part: Effect, here: str) -> None:
        """A table, or the table of a column."""
        name = part.target
        if name is None:
            return
        for word in name.parts[-2:]:
            self.changed.setdefault(word.lower(), here)
