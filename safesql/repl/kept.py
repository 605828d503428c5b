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
    relations = [[each.schema, each.name, each.kind, each.near, *_apart(each.columns)] for each in known.relations]
    return catalogs.keep(where, {
        "version": VERSION,
        "relations": relations,
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
        Relation(*_triple(named), near is True, tuple(zip(_texts(columns), _texts(types), strict=True)))
        for *named, near, columns, types in content["relations"]
    )
    routines = tuple((*_pair(names), near is True, str(given)) for *names, near, given in content["routines"])
    links = tuple(
        Link(_pair(table), _texts(columns), _pair(other), _texts(others))
        for table, columns, other, others in content["links"]
    )
    values = {_triple(key): _texts(texts) for key, texts in content["values"]}
    return Snapshot.of(relations, routines, (links, values, _texts(content["settings"])))


def _apart(columns: tuple[tuple[str, str], ...]) -> tuple[list[str], list[str]]:
    """Names and types by themselves: of columns there are many, and two lists are read sooner than pairs."""
    return [name for name, _ in columns], [kind for _, kind in columns]


def _texts(found: Any) -> tuple[str, ...]:
    """A list of texts and nothing else."""
    if not isinstance(found, list):
        raise TypeError("names come in a list")
    "".join(found)             # a TypeError where one is no text
    return tuple(found)


def _pair(found: Any) -> tuple[str, str]:
    """Two texts."""
    first, second = _texts(found)
    return first, second


def _triple(found: Any) -> tuple[str, str, str]:
    """Three texts."""
    first, second, third = _texts(found)
    return first, second, third
