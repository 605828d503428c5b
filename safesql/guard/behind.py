"""What a server's catalog told about the names in a statement: bodies, triggers, views, foreign keys."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from safesql.guard.effect import Effect, Name
from safesql.slotted import dataclass


class Sort(Enum):
    """What is asked about a name."""

    ROUTINE = "routine"              # the bodies of all routines that a call may mean
    TABLE = "table"                  # what a write to it starts: triggers, rules, the tables behind a view
    REFERENCES = "references"        # the foreign keys that refer to it


@dataclass(frozen=True, slots=True)
class Asked:
    """A name as a text writes it; ``path`` are the schemas it is looked up in, empty: where the session looks."""

    sort: Sort
    name: Name
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """One routine, trigger or rule: what it does, the routines its text calls, and where its names are looked up.

    ``label`` is what people know it by. A body that cannot be read has an opaque effect.
    """

    label: str
    effect: Effect
    calls: tuple[Name, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fired:
    """A body that runs on these events of a table: INSERT, UPDATE, DELETE, TRUNCATE."""

    events: frozenset[str]
    body: Body


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of ``child``: what it does there on DELETE, and on UPDATE of ``columns``; empty for nothing."""

    child: Name
    on_delete: str = ""
    on_update: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer about one name; all empty for a name that stands for nothing, or for a part of the server itself.

    ``written`` are the tables behind a view, ``columns`` those of a table where the answer holds them.
    """

    bodies: tuple[Body, ...] = ()
    fired: tuple[Fired, ...] = ()
    references: tuple[Reference, ...] = ()
    written: tuple[Name, ...] = ()
    columns: frozenset[str] = frozenset()


Behind = Mapping[Asked, Found]
"""What is known; a name that is missing was not asked, or nobody could say."""
