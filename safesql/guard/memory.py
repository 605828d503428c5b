"""What earlier statements left behind for later ones: what was prepared, variables, temporary tables."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import dataclass, field, replace

HOLD_ROWS = frozenset({"table", "temporary table"})
KEEP_VARIABLES = frozenset({"SET", "PREPARE", "DEALLOCATE", "BEGIN", "COMMIT"})
"""All else may assign to a variable without showing it: a function, a trigger, SELECT .. INTO."""
COPIES = frozenset({"INSERT", "SELECT", "GRANT", "COMMENT", "BLOCK", "LOAD DATA", "LOAD XML"})
CONTAINERS = frozenset({"DROP SCHEMA", "DROP DATABASE"})
OWN_PARTITIONS = frozenset({"DROP PARTITION", "TRUNCATE PARTITION", "DETACH PARTITION"})
OWN = frozenset({"DELETE", "UPDATE", "MERGE", "TRUNCATE", "DROP TABLE", "ALTER TABLE"}) | OWN_PARTITIONS
OWN_COLUMNS = frozenset({"DROP COLUMN", "ALTER COLUMN TYPE"})
ENDS = frozenset({"COMMIT", "ROLLBACK", "PREPARE TRANSACTION"})
TEXTS = 16                     # that one statement may be put together to; more are not judged
NO_TEXTS: frozenset[str] = frozenset()
QUIET_REACHES = frozenset({Reach.READ, Reach.SESSION, Reach.TRANSACTION})


@dataclass(frozen=True, slots=True)
class Memory:
    """``made`` are definitions that a statement before created, by the verb that would drop them.

    ``prepared`` by name, ``variables`` with the literals they may hold, ``temporary`` tables, which hide others' names.

    ``bodies`` are those of routines that a statement before defined, ``fired`` those of triggers by event and table.

    ``fresh`` are tables that a statement before created: while nothing was taken from any other table since, their
    rows are all copies. ``added`` are columns that a statement before put into a table: nobody else filled them.

    ``hides`` is false once search_path was set: a temporary table may then no longer come first. ``borrowed`` is such
    a path that goes back to what it was when the transaction ends.

    ``database`` is where a statement before said that names without one are looked up first, empty for none.
    """

    prepared: Mapping[str, Effect] = field(default_factory=dict)
    variables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    temporary: frozenset[Name] = frozenset()
    made: frozenset[tuple[str, Name]] = frozenset()
    fresh: frozenset[Name] = frozenset()
    bodies: Mapping[str, tuple[Effect, ...]] = field(default_factory=dict)
    fired: Mapping[tuple[str, str], tuple[Effect, ...]] = field(default_factory=dict)
    added: frozenset[Name] = frozenset()
    hides: bool = True
    borrowed: bool = False
    database: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remember."""
        tables = self.temporary or self.made or self.fresh or self.added
        return not (self.prepared or self.variables or tables or self.bodies)

    def texts_of(self, pieces: tuple[Effect, ...]) -> frozenset[str]:
        """What literals and variables may be put together to; empty when one of them is not known, or for too many."""
        return _texts(pieces, self.variables)

    def after(self, effect: Effect) -> Memory:
        """The memory when a statement with this effect, as the judge returned it, has been executed."""
        if (
            effect.verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "EXPLAIN")
            and not (self.variables or effect.parts or effect.behind)
            and (not self.fresh or effect.verb in COPIES)
        ):
            return self
        if effect.verb == "USE":
            whole = frozenset(name for name in self.fresh if not name.parts[-1])
            place = str(effect.target or "")
            return Memory(
                self.prepared, self.variables, bodies=self.bodies, fired=self.fired, fresh=whole, database=place
            )
        if any(_unsettles(part) for outer in effect.walk() for body in outer.behind for part in body.everything()):
            none: frozenset[Name] = frozenset()
            return replace(self, variables={}, temporary=none, made=frozenset(), fresh=none, added=none, hides=False)
        if self.borrowed and effect.verb in ENDS:
            return Memory(prepared=self.prepared, temporary=self.temporary, hides=False)
        bodies, fired = self._stored(effect)
        return replace(
            self, prepared=self._prepared(effect), variables=self._variables(effect),
            temporary=self._temporary(effect), made=self._made(effect), fresh=self._fresh(effect), bodies=bodies,
            fired=fired, added=self._added(effect), hides=self.hides and not _sets_path(effect),
            borrowed=self.borrowed or any(_is_path(part) and part.note != "" for part in effect.of("SET")),
            database=self._database(effect),
        )

    def whole(self, name: Name) -> Name:
        """A table's name with the database that it is looked up in first, where it says none and one was chosen."""
        if not self.database or len(name.parts) > 1 or name in self.temporary:
            return name
        return Name((self.database, *name.parts))

    def _database(self, effect: Effect) -> str:
        """The first schema of a search_path; what is reset or computed is not known."""
        found = self.database
        for part in filter(_is_path, effect.of("SET", "RESET", "DISCARD")):
            text = (part.text or "").strip('"') if part.verb == "SET" else ""
            found = "" if text.upper() == "DEFAULT" else text
        return found

    def _prepared(self, effect: Effect) -> Mapping[str, Effect]:
        """PREPARE adds, DEALLOCATE and DISCARD take away."""
        found = dict(self.prepared)
        for part in effect.walk():
            if part.verb == "PREPARE" and part.target and part.later:
                found[str(part.target).lower()] = part.later[0]
            elif part.verb == "DEALLOCATE" and part.target:
                found.pop(str(part.target).lower(), None)
        return found

    def _variables(self, effect: Effect) -> Mapping[str, frozenset[str]]:
        """SET @x = 'literal' is remembered until something may have changed it."""
        if effect.verb not in KEEP_VARIABLES:
            return {}
        found = dict(self.variables)
        for part in effect.walk():
            if part.kind != "variable" or part.verb != "SET" or part.target is None:
                continue
            texts = _texts(part.later, found) if part.text is None else frozenset({part.text})
            if not texts:
                return {}
            found[str(part.target)] = texts
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
                found = {each for each in found if last_part(each) != last_part(part.target)}
        return frozenset(found)

    def _added(self, effect: Effect) -> frozenset[Name]:
        """ALTER TABLE adds; what may take columns, tables or their names away ends it all."""
        ends = effect.verb.startswith(("ROLLBACK", "DROP ")) or any(effect.of("RENAME", "CREATE TABLE"))
        if ends or _sets_path(effect):
            return frozenset()
        parts = [part for part in effect.walk() if part.target is not None]
        gone = {part.target for part in parts if part.verb == "DROP COLUMN"}
        new = {part.target for part in parts if part.verb == "ADD COLUMN" and not part.note}
        return frozenset(name for name in (self.added - gone) | new if name is not None)

    def _stored(
        self, effect: Effect
    ) -> tuple[Mapping[str, tuple[Effect, ...]], Mapping[tuple[str, str], tuple[Effect, ...]]]:
        """CREATE adds a body to those of the same name, of which the server may pick any."""
        if effect.verb.startswith("ROLLBACK") or _sets_path(effect):
            return {}, {}
        bodies, fired = self.bodies, self.fired
        for part in effect.walk():
            if part.verb in ("CREATE FUNCTION", "CREATE PROCEDURE") and part.later:
                bodies = {**bodies, last(part): (*bodies.get(last(part), ()), *part.later)}
            elif part.verb in ("DROP FUNCTION", "DROP PROCEDURE", "DROP ROUTINE"):
                bodies = {name: body for name, body in bodies.items() if name != last(part)}
            elif part.verb in ("CREATE TRIGGER", "CREATE RULE"):
                for event in part.later:
                    key = event.verb, last(event)
                    fired = {**fired, key: (*fired.get(key, ()), *event.parts)}
        return bodies, fired

    def _fresh(self, effect: Effect) -> frozenset[Name]:
        """CREATE TABLE adds, unless the table may have been there; what takes rows or names elsewhere ends it all."""
        found = set(self.fresh)
        for part in effect.walk():
            if part.verb == "CREATE TABLE" and part.reach is Reach.SCHEMA and not part.note and part.target:
                found.add(part.target)
            elif part.verb in ("CREATE SCHEMA", "CREATE DATABASE") and not part.note and part.target:
                found.add(all_in(part.target))
            elif part.verb in CONTAINERS and part.target is not None and all_in(part.target) in found:
                found.discard(all_in(part.target))
            elif part.verb == "DROP TABLE" and part.target in found:
                found.discard(part.target)
            elif not _keeps(part, found):
                return frozenset()
        return frozenset(found)


def _texts(pieces: tuple[Effect, ...], variables: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All texts that the pieces may give."""
    found = frozenset({""} if pieces else ())
    for piece in pieces:
        if piece.kind == "choice":
            ways = [_texts(text.later, variables) for text in piece.later]
            more = frozenset().union(*ways) if all(ways) else frozenset()
        elif piece.kind == "variable":
            more = variables.get(str(piece.target), frozenset())
        else:
            more = frozenset({piece.text or ""})
        found = frozenset(text + end for text in found for end in more) if len(found) * len(more) <= TEXTS else NO_TEXTS
    return found


def last_part(name: Name) -> str:
    """The table of a name, whatever schema stands before it."""
    return name.parts[-1].lower()


def last(effect: Effect) -> str:
    """The name of its target, however that was qualified and spelled."""
    return last_part(effect.target) if effect.target is not None else ""


def _keeps(part: Effect, fresh: set[Name]) -> bool:
    """Whether what tables were made here still is, and holds nothing but copies."""
    if part.verb.startswith("ROLLBACK") or _sets_path(part):
        return False
    if part.target in fresh and part.verb in (*OWN, "RENAME COLUMN"):
        return True
    if part.verb in OWN_COLUMNS and part.target is not None and Name(part.target.parts[:-1]) in fresh:
        return True
    return part.reach in QUIET_REACHES or part.verb in COPIES or part.verb.startswith("CREATE ")


def all_in(container: Name) -> Name:
    """What stands among fresh names for every table of a schema or database that a statement before created."""
    return Name((*container.parts, ""))


def _unsettles(part: Effect) -> bool:
    """Whether a body behind a statement may have made, dropped or hidden what is remembered."""
    return part.reach in (Reach.OPAQUE, Reach.SCHEMA) or "TEMP" in part.kind.upper() or _sets_path(part)


def _sets_path(effect: Effect) -> bool:
    """Whether the order in which names are looked up changes."""
    return any(map(_is_path, effect.of("SET", "RESET", "DISCARD")))


def _is_path(part: Effect) -> bool:
    """Whether it is a change of search_path, or of all settings, or of one that is computed."""
    if part.target is None:
        return part.verb == "SET" and part.kind == "read-write"
    name = part.target.parts[-1].lower()
    return name == "search_path" or (name == "all" and part.verb != "SET")
