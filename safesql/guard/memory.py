"""What earlier statements left behind for later ones: what was prepared, variables, temporary tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from safesql.guard.effect import Effect, Extent, Name

HOLD_ROWS = frozenset({"table", "temporary table", "database", "schema", "materialized view"})
KEEP_VARIABLES = frozenset({"SET", "PREPARE", "DEALLOCATE", "BEGIN", "COMMIT"})
"""All else may assign to a variable without showing it: a function, a trigger, SELECT .. INTO."""


@dataclass(frozen=True, slots=True)
class Memory:
    """``made`` are definitions that a statement before created, by the verb that would drop them.

    ``prepared`` by name, ``variables`` with the literal they hold, ``temporary`` tables, which hide others' names.

    ``hides`` is false once search_path was set: a temporary table may then no longer come first.
    """

    prepared: Mapping[str, Effect] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    temporary: frozenset[Name] = frozenset()
    made: frozenset[tuple[str, Name]] = frozenset()
    hides: bool = True

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remember."""
        return not (self.prepared or self.variables or self.temporary or self.made)

    def text_of(self, pieces: tuple[Effect, ...], variables: Mapping[str, str] | None = None) -> str | None:
        """A text that is put together from literals and variables; None when one of them is not known."""
        known = self.variables if variables is None else variables
        found = [known.get(str(piece.target)) if piece.kind == "variable" else piece.text for piece in pieces]
        return "".join(piece for piece in found if piece is not None) if found and None not in found else None

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
            temporary=self._temporary(effect), made=self._made(effect), hides=self.hides and not _sets_path(effect),
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
            text = part.text if part.text is not None else self.text_of(part.later, found)
            if text is None:
                return {}
            found[str(part.target)] = text
        return found

    def _made(self, effect: Effect) -> frozenset[tuple[str, Name]]:
        """Views, indexes, accounts and the like that did not exist before: dropping them loses nothing."""
        if effect.verb.startswith("ROLLBACK"):
            return frozenset()
        found = set(self.made)
        for part in effect.walk():
            if part.target is None:
                continue
            created = part.verb.startswith("CREATE ") and not part.note
            if created and part.extent is Extent.ADDED and part.kind not in HOLD_ROWS:
                found.add((f"DROP {part.verb.removeprefix('CREATE ')}", part.target))
            elif part.verb.startswith("DROP "):
                found.discard((part.verb, part.target))
        return frozenset(found)

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
