"""Where a script had better be split, since a half of it would be hard to repair."""

from __future__ import annotations

from safesql.guard.effect import Effect, Reach
from safesql.guard.segments.bond import Bond, unheard
from safesql.guard.segments.segment import Point
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family

MOST = 20                 # sentences that are kept


@dataclass(slots=True)
class Advice:
    """``sentences`` in the order of the script; fed by the mapping, statement by statement."""

    sentences: list[str] = field(default_factory=list)
    _schema: Point | None = None         # the first change of a definition that the server committed by itself

    def met(self, here: Point, verdict: Verdict, kind: Bond, opened: Point | None) -> None:
        """One statement, inside the transaction that ``opened`` began, or in none."""
        effect, mysql = verdict.effect, verdict.statement.dialect.family is Family.MYSQL
        if opened is not None:
            self._inside(here, effect, kind, opened)
        if not mysql or not _defines(effect):
            return
        if self._schema is not None and _refers(verdict):
            self._say(
                here, f"when this foreign key is refused, {self._schema.what} in line {self._schema.line} stays, for "
                "this server commits each definition by itself; put the key into the CREATE TABLE, or into a script "
                "of its own"
            )  # fmt: skip
        self._schema = self._schema or here

    def left_open(self, opened: Point) -> None:
        """The script ends inside a transaction."""
        self._say(opened, "the transaction that begins here is never committed, so all of it is rolled back")

    def _inside(self, here: Point, effect: Effect, kind: Bond, opened: Point) -> None:
        """A statement that does not fit into the transaction it stands in."""
        since = f"the transaction since line {opened.line}"
        if kind is Bond.OPENS and effect.commits:
            self._say(here, f"{effect.verb} commits {since} at once; write COMMIT or ROLLBACK before it")
        elif kind is Bond.BREAKS:
            self._say(
                here, f"{here.what} commits {since}: a ROLLBACK behind it takes nothing before it back. Put "
                "definitions into a script of their own"
            )  # fmt: skip
        elif kind is Bond.ALONE:
            self._say(here, f"{here.what} is refused inside {since}; put it into a script of its own")
        elif unheard(effect):
            self._say(here, f"{effect.verb} {effect.target} has no effect inside {since}; put it before the BEGIN")
        elif kind is Bond.MAY_COMMIT:
            self._say(here, f"{here.what} may commit {since}, for what it runs is not known")

    def _say(self, here: Point, sentence: str) -> None:
        """Keep it, unless there are many."""
        if len(self.sentences) < MOST:
            self.sentences.append(f"{here.source}:{here.line}: {sentence}")


def _defines(effect: Effect) -> bool:
    """Whether the server commits a definition by this statement."""
    return effect.reach is Reach.SCHEMA and any(part.commits for part in effect.walk())


def _refers(verdict: Verdict) -> bool:
    """Whether it adds a foreign key."""
    words = {token.word for token in verdict.statement.tokens}
    return verdict.effect.verb in ("ALTER TABLE", "CREATE TABLE") and "REFERENCES" in words
