"""Digests of the definitions of tables, as they are before anything of a plan has run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from safesql.backends.contract import Connection
from safesql.engine.cascades import foreign_keys
from safesql.guard.effect import Name
from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.closure.place import Place
from safesql.rewrite.fingerprint.asked import ASPECTS, definitions, definitions_of
from safesql.sql.dialect import Family
from safesql.store.plan.plan import Shape

AT_ONCE = 25               # tables in one question
DIGITS = 32                # of a digest: enough that nobody finds another definition with the same


def shapes_of(connection: Connection, places: Iterable[Place]) -> tuple[Shape, ...]:
    """By name, in order; raises StatementFailed as the server does."""
    kinds = {place.name: place.kind for place in places}
    names = sorted(kinds, key=str)
    found: dict[Name, dict[str, list[str]]] = {}
    for at in range(0, len(names), AT_ONCE):
        asked = names[at : at + AT_ONCE]
        found |= definitions_of(asked, connection.query(definitions(asked, connection.dialect)).rows())
    if connection.dialect.family is not Family.POSTGRES:
        for edge in foreign_keys(connection, names):
            if edge.parent in found:
                found[edge.parent].setdefault("referenced", []).append(_spelled(edge))
    return tuple(_shape(name, kinds[name], found[name]) for name in names)


def _shape(name: Name, kind: str, aspects: dict[str, list[str]]) -> Shape:
    """One table."""
    return Shape(str(name), kind, **{aspect: _digest(aspects.get(aspect, ())) for aspect in ASPECTS})


def _digest(texts: Sequence[str]) -> str:
    """Of all texts in a fixed order; nothing for none."""
    data = "\0".join(sorted(texts)).encode("utf-8", "surrogateescape")
    return sha256(data).hexdigest()[:DIGITS] if texts else ""


def _spelled(edge: Edge) -> str:
    """A foreign key of another table."""
    columns = ",".join((*edge.child_columns, "to", *edge.parent_columns))
    return f"{edge.name} {edge.child} {columns} {edge.on_delete.value} {edge.on_update.value} {edge.enforced}"
