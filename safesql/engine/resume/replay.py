"""What of the statements before a resumed run's beginning its session needs again, and what cannot be had again."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.resume.reading import names_in, reads_more, words_of
from safesql.guard.effect import Effect, Reach
from safesql.guard.memory import last_part
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

TEMPORARY = "temporary table"
LOCKS = frozenset({"LOCK", "UNLOCK"})
HOLDS = frozenset({"HOLD", "OPEN"})
STARTS = frozenset({"CALL", "DO", "EXECUTE", "BLOCK"})


@dataclass(slots=True)
class Needs:
    """Fed with the statements that are over, in order; then told of those that are left, which may use what is lost.

    ``temporary`` and ``variables`` are what the session had, each with why it cannot be had again, or nothing.
    """

    temporary: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)         # cursors and handlers that are open
    refused: list[str] = field(default_factory=list)
    lock: int = 0                                              # the LOCK TABLES that holds, by its number
    place: int = 0                                             # the last USE

    def met(self, number: int, statement: Statement, effect: Effect) -> None:
        """A statement that is over."""
        where = f"{statement.place.source}:{statement.place.line}"
        opaque = next((part for part in effect.everything() if part.reach is Reach.OPAQUE), None)
        if opaque is not None or (effect.verb in STARTS and _shapes_session(effect)):
            self.refused.append(f"{where}: what {effect.verb} did to the session is not known")
        elif self._of_tables(statement, effect, where) or effect.reach is not Reach.SESSION:
            self._of_variables(statement, effect, where)
            if _shapes_session(effect) and effect.reach is not Reach.SESSION and effect.verb not in STARTS:
                self._within(statement, effect, where)
        else:
            self._of_session(number, statement, effect, where)

    def wants(self, number: int, effect: Effect) -> bool:
        """Whether the session needs this statement again, once all that are over were met."""
        target = _temporary(effect, self.temporary)
        if target:
            return True
        if any(part.kind == TEMPORARY for part in effect.walk()) or effect.changes:
            return False
        if effect.reach is not Reach.SESSION:
            return _shapes_session(effect)
        if effect.verb in LOCKS:
            return number == self.lock
        if effect.verb == "USE":
            return number == self.place or bool(self.temporary)
        return effect.kind != "cursor"

    def lost(self, statement: Statement) -> Iterator[str]:
        """Why a statement that is left cannot have what it uses, one sentence each."""
        gone = {name: why for name, why in (self.temporary | self.variables).items() if why}
        if gone:
            yield from (gone[name] for name in names_in(statement) if name in gone)

    def _of_tables(self, statement: Statement, effect: Effect, where: str) -> bool:
        """Temporary tables: made, filled, dropped; whether the statement is about one."""
        about = False
        for part in effect.walk():
            name = last_part(part.target) if part.target is not None else ""
            if part.kind == TEMPORARY and part.verb == "CREATE TABLE":
                self.temporary[name] = self._unsafe(statement, effect, where, name)
                about = True
            elif part.verb.startswith("DROP") and name in self.temporary:
                del self.temporary[name]
                about = True
            elif name in self.temporary and part.reach in (Reach.ROWS, Reach.SCHEMA):
                self.temporary[name] = self.temporary[name] or self._unsafe(statement, effect, where, name)
                about = True
        if effect.verb == "DISCARD":
            self.temporary.clear()
        return about

    def _unsafe(self, statement: Statement, effect: Effect, where: str, name: str) -> str:
        """Why this statement would not put the same rows into a temporary table again."""
        also = [part.target for part in effect.walk() if part.reach in (Reach.ROWS, Reach.SCHEMA) and part.target]
        if any(last_part(target) not in self.temporary and last_part(target) != name for target in also):
            return f"{where}: {name} was filled by a statement that changes other tables too"
        why = reads_more(statement, effect, frozenset(self.temporary) | {name})
        lost = next((self.temporary[each] for each in names_in(statement) if self.temporary.get(each)), "")
        return lost or (f"{where}: the temporary table {name} {why}, so it would not be the same again" if why else "")

    def _of_variables(self, statement: Statement, effect: Effect, where: str) -> None:
        """A query may give a variable of MySQL its value: SELECT .. INTO @x, @x := .."""
        if statement.dialect.family is not Family.MYSQL or "@" not in statement.text:
            return
        if effect.reach is Reach.SESSION or ":=" in statement.text or "INTO" in words_of(statement):
            for name in names_in(statement):
                if name.startswith("@") and not name.startswith("@@"):
                    self.variables[name] = f"{where}: the value of {name} came from what the tables held then"

    def _within(self, statement: Statement, effect: Effect, where: str) -> None:
        """A query that sets something by a function: again only where it reads nothing."""
        why = reads_more(statement, effect, frozenset(self.temporary))
        if why or effect.changes:
            self.refused.append(f"{where}: a {effect.verb} that changes the session {why or 'changes tables as well'}")

    def _of_session(self, number: int, statement: Statement, effect: Effect, where: str) -> None:
        """SET, USE, LOCK TABLES, cursors and their kin."""
        name = str(effect.target or "").lower()
        if effect.kind == "variable" or any(part.kind == "variable" for part in effect.walk()):
            self._assigned(statement, effect, where)
        elif effect.verb == "USE":
            self.place = number
        elif effect.verb in LOCKS and statement.dialect.family is Family.MYSQL:
            self.lock = number if effect.verb == "LOCK" else 0
        elif effect.kind == "cursor":
            self._cursor(statement, effect, where)
        elif reads_more(statement, effect, frozenset(self.temporary)):
            self.refused.append(f"{where}: {name or 'a setting'} got its value from a query")

    def _cursor(self, statement: Statement, effect: Effect, where: str) -> None:
        """Cursors that outlive their transaction, and handlers."""
        names = [token.text.lower() for token in statement.tokens[1:2]]
        if effect.verb == "CLOSE" or "CLOSE" in words_of(statement):
            self.held = {} if names == ["all"] else {name: why for name, why in self.held.items() if name not in names}
        elif HOLDS & words_of(statement):
            why = "was open, and cannot be opened where it was"
            self.held.update((name, f"{where}: the cursor {name} {why}") for name in names)

    def _assigned(self, statement: Statement, effect: Effect, where: str) -> None:
        """SET @x = ..: again, unless its value came from a query or a function."""
        why = reads_more(statement, effect, frozenset(self.temporary), functions=True)
        lost = next((self.variables[each] for each in names_in(statement) if self.variables.get(each)), "")
        for part in effect.walk():
            if part.kind == "variable" and part.target is not None:
                reason = lost if part.text is None and lost else why
                named = f"@{part.target}".lower()
                self.variables[named] = f"{where}: {named} {reason}" if reason and reason is why else reason


def _temporary(effect: Effect, names: dict[str, str]) -> str:
    """The temporary table that a statement makes or changes, one that can be had again; and no other table."""
    targets = [part.target for part in effect.walk() if part.target is not None and _touches(part)]
    found = {last_part(target) for target in targets}
    if len(found) != 1:
        return ""
    name = next(iter(found))
    return name if names.get(name) == "" else ""


def _touches(part: Effect) -> bool:
    """Whether a part makes, drops or changes a table."""
    return part.kind == TEMPORARY or part.reach in (Reach.ROWS, Reach.SCHEMA)


def _shapes_session(effect: Effect) -> bool:
    """Whether a part of it changes the session and no table; row locks end with their transaction."""
    return any(
        part.reach is Reach.SESSION and part is not effect and part.kind not in (TEMPORARY, "cursor")
        and part.verb != "LOCK ROWS"
        for part in effect.everything()
    )  # fmt: skip

