"""The text of a routine, trigger or view, read into what it does."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis import of_body, of_text
from safesql.guard.analysis.view import read_from
from safesql.guard.behind import Body
from safesql.guard.calls import called
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.guard.memory import Memory
from safesql.guard.recall import recalled
from safesql.slotted import replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.token import Span

NOWHERE = Span(0, 0)


def body_of(label: str, text: str, dialect: Dialect, path: tuple[str, ...] = ()) -> Body:
    """A procedural body, or the statements of an SQL function, as the catalog keeps it."""
    effect = _settled(of_body(text, dialect, 1), dialect)
    return Body(label, effect, called(text, dialect, strings=True), path)


def defined(text: str, dialect: Dialect) -> tuple[Effect, ...]:
    """What a CREATE, as the catalog writes it, defines: bodies, or effects of each event with bodies as their parts."""
    return tuple(_settled(each, dialect) for each in of_text(text, dialect).later)


def opaque(label: str, note: str) -> Body:
    """A body that cannot be read."""
    return Body(label, Effect("CALL", Reach.OPAQUE, NOWHERE, Name((label,)), "unread", Extent.UNKNOWN, note))


def harmless(label: str) -> Body:
    """A body that is known to do nothing."""
    return Body(label, Effect("CALL", Reach.READ, NOWHERE, Name((label,)), "unread"))


def expression(label: str, text: str, dialect: Dialect, path: tuple[str, ...] = ()) -> Body:
    """An expression that is evaluated, such as the default of a column."""
    return Body(label, of_text(f"SELECT {text}", dialect), called(text, dialect), path)


def tables_of(view: str, dialect: Dialect) -> tuple[Name, ...]:
    """The tables that a write to a view may reach."""
    return read_from(view, dialect)


def _settled(effect: Effect, dialect: Dialect) -> Effect:
    """A body without what only looks like a change: variables that SELECT fills, its own temporary tables."""
    return _own_tables(_variables(effect) if dialect.family is Family.POSTGRES else effect, dialect)


def _variables(effect: Effect) -> Effect:
    """SELECT .. INTO fills variables in the bodies of PostgreSQL, and makes no table."""
    parts = tuple(
        _variables(part) for part in effect.parts
        if not (effect.verb == "SELECT" and part.verb == "CREATE TABLE" and part.at == effect.at)
    )
    return replace(effect, parts=parts)


def _own_tables(effect: Effect, dialect: Dialect) -> Effect:
    """The statements of a body in order, each after the temporary tables of those before it."""
    return replace(effect, parts=tuple(_in_order(effect.parts, dialect))) if effect.parts else effect


def _in_order(parts: tuple[Effect, ...], dialect: Dialect) -> Iterator[Effect]:
    """Each statement of a body as it stands after those before it."""
    memory = Memory()
    for part in parts:
        inner = _own_tables(part, dialect) if part.verb == "BLOCK" else part
        yield recalled(inner, memory, dialect) if memory.temporary else inner
        after = memory.after(part)
        memory = replace(Memory(), temporary=after.temporary, hides=after.hides)
