"""Statements begun by Tab: places to be filled in, the WHERE first, and none of them sent while it is empty."""

from __future__ import annotations

import re
from collections.abc import Callable

from safesql.guard.analysis import effect_of
from safesql.rewrite.select_first import Turned, select_first
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

SLOT = "▢"
SKELETONS = {"DELETE": f"DELETE FROM {SLOT} WHERE {SLOT}", "UPDATE": f"UPDATE {SLOT} SET {SLOT} WHERE {SLOT}"}
_BEHIND_WHERE = (Kind.CLOSE, Kind.SEMICOLON)
_NAME_BEGUN = re.compile(r"""[^\W\d][\w$]*\Z|[."`\[]\w*\Z""")


@dataclass(frozen=True, slots=True)
class Input:
    """A text with the cursor in it."""

    text: str
    cursor: int


def skeleton(given: Input, dialect: Dialect) -> Input | None:
    """The statement for ``delete`` or ``update`` typed so far and nothing behind it, the cursor in its WHERE."""
    before, after = given.text[: given.cursor], given.text[given.cursor :]
    if after.strip():
        return None
    pieces = split(before, dialect)
    last = pieces[-1] if pieces else None
    if not isinstance(last, Statement) or last.complete or last.text.upper() not in SKELETONS:
        return None
    begun = before[: before.rindex(last.text)]
    text = SKELETONS[last.text.upper()]
    where = len(text) - len(SLOT)
    return Input(begun + text[:where] + after, len(begun) + where)


def next_slot(given: Input) -> Input | None:
    """The next place to be filled in, from the cursor on and around, opened; None where none is left."""
    at = given.text.find(SLOT, given.cursor)
    at = given.text.find(SLOT) if at < 0 else at
    return None if at < 0 else Input(given.text[:at] + given.text[at + len(SLOT) :], at)


def empty_place(text: str, dialect: Dialect) -> int | None:
    """Where a text still wants something: a place that was not filled in, or a WHERE with nothing behind it."""
    if SLOT in text:
        return text.index(SLOT)
    for piece in split(text, dialect):
        if isinstance(piece, Statement) and effect_of(piece).changes:
            tokens = piece.tokens
            for place, token in enumerate(tokens):
                last = place + 1 == len(tokens) or tokens[place + 1].kind in _BEHIND_WHERE
                if token.word == "WHERE" and last and place:
                    return piece.place.offset + token.end
    return None


def turned(text: str, dialect: Dialect) -> Turned | None:
    """A single DELETE or UPDATE with its SELECT; the terminator belongs to what stays."""
    pieces = split(text, dialect)
    if len(pieces) != 1 or not isinstance(pieces[0], Statement) or pieces[0].problem:
        return None
    statement = pieces[0]
    found = select_first(effect_of(statement), statement)
    if found is None:
        return None
    start = statement.place.offset
    head, tail = text[:start], text[start + len(statement.text) :]
    return Turned(
        head + found.before, found.after + tail, found.kept, head + found.select_before, found.select_after + tail
    )


@dataclass(slots=True)
class Drafts:
    """What the keys do with a statement that is being written; ``guarded`` says whether an empty WHERE must wait."""

    dialect: Callable[[], Dialect]
    guarded: Callable[[], bool]
    _turned: Turned | None = None

    def tab(self, given: Input) -> Input | None:
        """The statement begun, or the next place; None where Tab completes a name as always."""
        begun = skeleton(given, self.dialect())
        if begun is not None:
            return begun
        named = _NAME_BEGUN.search(given.text[: given.cursor])
        return None if named else next_slot(given)

    def enter(self, text: str) -> Input | None:
        """Where to go instead of sending a text; None where it may be sent."""
        place = empty_place(text, self.dialect()) if self.guarded() or SLOT in text else None
        if place is None:
            return None
        return next_slot(Input(text, 0)) or Input(f"{text[:place]} {text[place:].lstrip(' ')}", place + 1)

    def other(self, text: str) -> str | None:
        """The SELECT of a DELETE or UPDATE, or that statement again from its SELECT; None for anything else."""
        known, self._turned = self._turned, None
        again = known.back(text) if known is not None else None
        if again is not None:
            return again
        self._turned = turned(text, self.dialect())
        return self._turned.select if self._turned is not None else None
