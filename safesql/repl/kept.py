"""The names for completion from one start to the next: a snapshot as JSON knows it, and back."""

from __future__ import annotations

from typing import Any

from safesql.engine.session import Session
from safesql.engine.undoing.attach import place_of
from safesql.repl.links import Link
from safesql.repl.names import Relation, Snapshot
from safesql.store.catalogs import Catalogs

VERSION = 1                # of what is written; another one is not read


def place(session: Session) -> str:
    """Which names are meant: those of a server's database, as a role sees them."""
    server = session.connection.server
    return "\n".join((place_of(session), server.database, server.user))


def remembered(catalogs: Catalogs, where: str) -> Snapshot | None:
    """What was known of a place; None where nothing is, or it is not what this version writes."""
    try:
        return _snapshot(catalogs.load(where))
    except (TypeError, ValueError, KeyError):
        return None


def remember(catalogs: Catalogs, where: str, known: Snapshot) -> bool:
    """Keep it for the next start; whether that went well."""
    return catalogs.keep(where, {
        "version": VERSION,
        "relations": [[each.schema, each.name, each.kind, each.near, each.columns] for each in known.relations],
        "routines": known.routines,
        "links": [[each.table, each.columns, each.other, each.others] for each in known.links],
        "values": [[key, values] for key, values in known.values.items()],
        "settings": known.settings,
    })  # fmt: skip


def _snapshot(content: Any) -> Snapshot | None:
    """Raises TypeError, ValueError or KeyError for what was not written by ``remember``."""
    if content is None or content["version"] != VERSION:
        return None
    relations = tuple(
        Relation(*_triple(names), near is True, tuple(map(_pair, columns)))
        for *names, near, columns in content["relations"]
    )
    routines = tuple((*_pair(names), near is True, str(given)) for *names, near, given in content["routines"])
    links = tuple(
        Link(_pair(table), _texts(columns), _pair(other), _texts(others))
        for table, columns, other, others in content["links"]
    )
    values = {_triple(key): _texts(texts) for key, texts in content["values"]}
    return Snapshot.of(relations, routines, (links, values, _texts(content["settings"])))


def _texts(found: Any) -> tuple[str, ...]:
    """Texts and nothing else."""
    if not all(isinstance(each, str) for each in found):
        raise TypeError("a name is a text")
    return tuple(found)


def _pair(found: Any) -> tuple[str, str]:
    """Two texts; of columns there are many."""
    first, second = found
    if type(first) is not str or type(second) is not str:
        raise TypeError("a name is a text")
    return first, second


def _triple(found: Any) -> tuple[str, str, str]:
    """Three texts."""
    first, second, third = _texts(found)
    return first, second, third
