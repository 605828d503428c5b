"""What earlier statements left behind for later ones: what was prepared, variables, temporary tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from safesql.guard.effect import Effect, Name

KEEP_VARIABLES = frozenset({"SET", "PREPARE", "DEALLOCATE", "BEGIN", "COMMIT"})
"""All else may assign to a variable without showing it: a function, a trigger, SELECT .. INTO."""


@dataclass(frozen=True, slots=True)
class Memory:
    """``prepared`` by name, ``variables`` with the literal they hold, ``temporary`` tables, which hide others' names.

    ``hides`` is false once search_path was set: a temporary table may then no longer come first.
    """

    prepared: Mapping[str, Effect] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    temporary: frozenset[Name] = frozenset()
    hides: bool = True

    def after(self, effect: Effect) -> Memory:
        """The memory when a statement with this effect, as the judge returned it, has been executed."""
        if (
            effect.verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "EXPLAIN")
            and not self.variables
            and not effect.parts
        ):
            return self
        return replace(
            self, prepared=self._prepared(effect), variables=self._variables(effect),
            temporary=self._temporary(effect), hides=self.hides and not _sets_path(effect),
        )

    def _prepared(self, effect: Effect) -> Mapping[str, Effect]:
        """PREPARE adds, DEALLOCATE and DISCARD take away."""
        found = dict(self.prepared)
        for part in effect.walk():
            if part.verb == "PREPARE" and part.target and part.later:
                found[str(part.target).lower()] = part.later[0]
            elif part.verb == "DEALLOCATE" and part.target:
                found.pop(str(part.target).lower(), None)
        return found

    def _variables(self, effect: Effect) -> Mapping[str, str]:
        """SET @x = 'literal' is remembered until something may have changed it."""
        if effect.verb not in KEEP_VARIABLES:
            return {}
        found = dict(self.variables)
        for part in effect.walk():
            if part.kind != "variable" or part.verb != "SET" or part.target is None:
                continue
            if part.text is None:
                return {}
            found[str(part.target)] = part.text
        return found

    def _temporary(self, effect: Effect) -> frozenset[Name]:
        """CREATE TEMPORARY TABLE adds; DROP, DISCARD and any ROLLBACK take away."""
        if effect.verb in ("ROLLBACK", "ROLLBACK TO SAVEPOINT", "DISCARD"):
            return frozenset()
        found = set(self.temporary)
        for part in effect.walk():
            if part.kind == "temporary table" and part.target and part.verb == "CREATE TABLE":
                found.add(part.target)
            if part.verb in ("DROP TABLE", "DROP TEMPORARY TABLE", "RENAME") and part.target:
                found.discard(part.target)
        return frozenset(found)


def _sets_path(effect: Effect) -> bool:
    """Whether the order in which names are looked up changes."""
    return any(part.target is not None and part.target.parts[-1].lower() == "search_path" for part in effect.of("SET"))
