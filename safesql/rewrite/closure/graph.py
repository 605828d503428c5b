"""Which tables a statement reaches over foreign keys, level by level, each with what happens there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.effect import Name
from safesql.rewrite.closure.edge import Edge, Reaction
from safesql.rewrite.closure.start import Start
from safesql.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """Rows of one table that go, or whose ``columns`` change by ``reaction``; None: by the statement itself."""

    table: Name
    columns: frozenset[str] = frozenset()
    reaction: Reaction | None = None

    @property
    def deletes(self) -> bool:
        """Whether the rows go."""
        return not self.columns


@dataclass(frozen=True, slots=True)
class Link:
    """How rows are reached: from the rows of ``parent`` over ``edge``."""

    parent: Node
    edge: Edge


@dataclass(slots=True)
class Graph:
    """``starts`` are what the statement does, ``links`` lead to each node, ``refusing`` reach nothing."""

    starts: dict[Node, list[Start]] = field(default_factory=dict)
    links: dict[Node, list[Link]] = field(default_factory=dict)
    refusing: list[Link] = field(default_factory=list)

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node that a foreign key leads to, nearest first."""
        return iter(self.links)


def graph(starts: Sequence[Start], edges: Sequence[Edge]) -> Graph:
    """Follow the foreign keys that act until nothing new is reached; those that are not enforced are refusing."""
    found = Graph()
    for start in starts:
        node = Node(start.place.name, frozenset(_folded(start.changed)))
        found.starts.setdefault(node, []).append(start)
    waiting, seen = list(found.starts), set(found.starts)
    while waiting:
        parent = waiting.pop(0)
        for edge in edges:
            if edge.parent != parent.table or not _concerns(parent, edge):
                continue
            child = _child(parent, edge)
            if child is None:
                found.refusing.append(Link(parent, edge))
                continue
            found.links.setdefault(child, []).append(Link(parent, edge))
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return found


def _folded(columns: Sequence[str]) -> list[str]:
    """Columns as they are compared: what a statement writes in capitals is the same to MySQL and SQLite."""
    return [column.lower() for column in columns]


def _concerns(parent: Node, edge: Edge) -> bool:
    """Whether what happens to the parent's rows is of interest to those that refer to them."""
    return parent.deletes or bool(parent.columns & set(_folded(edge.parent_columns)))


def _child(parent: Node, edge: Edge) -> Node | None:
    """What happens to the rows that refer to the parent's; None where the server refuses, or does not look."""
    reaction = edge.on_delete if parent.deletes else edge.on_update
    if reaction.refuses or not edge.enforced:
        return None
    if parent.deletes and reaction is Reaction.CASCADE:
        return Node(edge.child)
    columns: Sequence[str] = edge.child_columns
    if parent.deletes:
        columns = edge.set_columns or edge.child_columns
    elif reaction is Reaction.CASCADE:
        pairs = zip(edge.child_columns, edge.parent_columns, strict=True)
        columns = [own for own, other in pairs if other.lower() in parent.columns]
    return Node(edge.child, frozenset(_folded(columns)), reaction)
