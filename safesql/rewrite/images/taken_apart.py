"""A statement with changes in its WITH, taken apart: each change alone, behind a WITH that only reads.

All parts of such a statement see the rows as they were before it, and of one another only what RETURNING gives; of a
DELETE that is what a SELECT finds instead. https://www.postgresql.org/docs/current/queries-with.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect, Reach
from safesql.rewrite.assigned import assigned, between_commas
from safesql.rewrite.selection import Refusal, Selection, selection
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

NAMES = (Kind.WORD, Kind.NAME)


@dataclass(frozen=True, slots=True)
class _Item:
    """One of the WITH: its ``name``, what it changes if it does, and its text where it only reads, else None."""

    name: str
    part: Effect | None
    text: str | None
    words: frozenset[str] = field(default=frozenset())        # the names in it


def taken_apart(root: Effect, statement: Statement) -> tuple[Statement, ...] | Refusal:
    """The changes, each as a statement that is analysed alone and never sent; INSERTs in the WITH are left out."""
    tokens = statement.tokens
    inside = [part for part in root.parts if part.reach is Reach.ROWS and part.at.end <= root.at.start]
    if not inside:
        return (statement,)
    if not tokens or tokens[0].word != "WITH" or statement.dialect.family is not Family.POSTGRES:
        return Refusal("a part of it changes rows itself")
    around = tokens[1].word == "RECURSIVE"
    head = [token for token in tokens[1 + around :] if token.end <= root.at.start]
    items = [_item(part, inside, root, statement) for part in between_commas(head)]
    if any(item is None for item in items):
        return Refusal("its WITH is not understood")
    known = [item for item in items if item is not None]
    return _Apart(statement, known, recursive=around).pieces(root)


@dataclass(frozen=True, slots=True)
class _Apart:
    """What is put together again."""

    statement: Statement
    items: list[_Item]
    recursive: bool

    def pieces(self, root: Effect) -> tuple[Statement, ...] | Refusal:
        """The parts of the WITH that change, and then the rest where that does."""
        made: list[Statement] = []
        bodies = [(item.part, place) for place, item in enumerate(self.items) if item.part is not None]
        if root.reach is Reach.ROWS:
            bodies.append((root, len(self.items)))
        for part, place in bodies:
            if part.verb == "INSERT":
                continue
            seen = [each for at, each in enumerate(self.items) if at < place or (self.recursive and at != place)]
            piece = self._piece(part, seen)
            if isinstance(piece, Refusal):
                return piece
            made.append(piece)
        return tuple(made)

    def _piece(self, part: Effect, seen: Sequence[_Item]) -> Statement | Refusal:
        """One change behind what it may see."""
        body = self.statement.text[part.at.start : part.at.end]
        words = set(_names(self.statement, part.at.start, part.at.end))
        words |= {word for item in seen for word in item.words} if self.recursive else set()
        wanted: list[_Item] = []
        for item in reversed(seen):
            if item.name in words:
                wanted.insert(0, item)
                words |= item.words
        unread = next((item.name for item in wanted if item.text is None), "")
        if unread:
            return Refusal(f"it depends on what {unread} returns")
        listed = ", ".join(item.text for item in wanted if item.text is not None)
        word = "WITH RECURSIVE" if self.recursive else "WITH"
        text = f"{word} {listed} {body};" if listed else f"{body};"
        pieces = split(text, self.statement.dialect)
        if len(pieces) != 1 or not isinstance(pieces[0], Statement):
            return Refusal("a part of it is not understood alone")
        return pieces[0]


def _item(tokens: Sequence[Token], inside: Sequence[Effect], root: Effect, statement: Statement) -> _Item | None:
    """One of the WITH; None where it has no name."""
    if not tokens or tokens[0].kind not in NAMES:
        return None
    name = plain(tokens[0], Family.POSTGRES)
    start, end = tokens[0].start, tokens[-1].end
    part = next((each for each in inside if start <= each.at.start and each.at.end <= end), None)
    words = frozenset(_names(statement, tokens[1].start, end)) if len(tokens) > 1 else frozenset[str]()
    if part is None:
        return _Item(name, None, statement.text[start:end], words)
    query = _read(part, root, statement)
    whole = statement.text[start : part.at.start] + query + statement.text[part.at.end : end] if query else None
    return _Item(name, part, whole, words)


def _read(part: Effect, root: Effect, statement: Statement) -> str | None:
    """The query for what a change returns; None where that is not to be had before it."""
    if part.verb not in ("DELETE", "UPDATE"):
        return None
    tokens = [token for token in statement.tokens if part.at.start <= token.start and token.end <= part.at.end]
    place = next((at for at, token in enumerate(tokens) if token.word == "RETURNING"), None)
    taken = selection(part, root, statement)
    if place is None or place + 1 == len(tokens) or not isinstance(taken, Selection):
        return None
    if part.verb == "UPDATE" and not _as_before(part, tokens[place + 1 :], statement):
        return None
    listed = statement.text[tokens[place + 1].start : tokens[-1].end]
    return f"{taken.with_}SELECT {listed} FROM {taken.joined or taken.tables}"


def _as_before(part: Effect, returned: Sequence[Token], statement: Statement) -> bool:
    """Whether an UPDATE returns only columns that it leaves as they are."""
    given = assigned(part, statement)
    if given is None or any(token.text == "*" for token in returned):
        return False
    words = {plain(token, Family.POSTGRES) for token in returned if token.kind in NAMES}
    return words.isdisjoint(each.column for each in given)


def _names(statement: Statement, start: int, end: int) -> Iterator[str]:
    """What may be a name in a part of the statement."""
    return (
        plain(token, Family.POSTGRES)
        for token in statement.tokens
        if token.kind in NAMES and start <= token.start and token.end <= end
    )
