"""What foreign keys do behind a statement, table by table, each with a predicate for exactly its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from safesql.guard.effect import Name
from safesql.rewrite.closure.edge import Edge, Reaction
from safesql.rewrite.closure.graph import Graph, Link, graph
from safesql.rewrite.closure.rows import Rows, TooEntangled
from safesql.rewrite.closure.shelf import DEEPEST, depth
from safesql.rewrite.closure.start import Start
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family


class Fate(Enum):
    """What becomes of rows that a statement does not name."""

    DELETE = "delete"
    SET_NULL = "set null"
    SET_DEFAULT = "set default"
    UPDATE = "update"            # they follow to the new key; or several of these meet in one table
    REFUSED = "refused"          # they refer to what would go, and the server refuses the statement
    ORPHANED = "orphaned"        # they go on referring to what is gone: this session does not enforce the key


@dataclass(frozen=True, slots=True)
class Reached:
    """Rows of ``table``: ``SELECT .. FROM table WHERE condition``, the table under its own name, without an alias.

    The condition holds for exactly the rows that meet this fate; those that the statement takes itself are not among
    them, nor those of the same table that go when this is about those that change, so that every row is counted once.
    ``columns`` are the ones that change; empty for rows that go. ``over`` are the names of the foreign keys.
    The condition is to be evaluated before the statement runs, in the same session: it reads the rows that are to go.
    ``way`` says the same, where it can: the rows whose columns are in a query that has no row twice.
    """

    table: Name
    fate: Fate
    condition: str
    columns: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    way: tuple[tuple[str, ...], str] | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """``reached`` go or change, nearest first; ``referring`` are refused or orphaned, where there are such rows.

    Where ``unknown`` is not empty it says why ``reached`` may not be all there is.
    """

    reached: tuple[Reached, ...] = ()
    referring: tuple[Reached, ...] = ()
    unknown: str = ""


_FATES = {Reaction.SET_NULL: Fate.SET_NULL, Reaction.SET_DEFAULT: Fate.SET_DEFAULT}


def reached(starts: Sequence[Start], edges: Sequence[Edge], dialect: Dialect) -> Closure:
    """Everything behind what a statement does itself, over several levels, circles and composite keys."""
    found = graph(starts, edges)
    rows = Rows(found, dialect)
    try:
        behind = tuple(each for table in _tables(found) for each in _of_table(table, found, rows))
        referring = tuple(_referring(found, rows, behind))
    except TooEntangled:
        return Closure(unknown="too many foreign keys lead to the same tables")
    except _Indistinct as error:
        return Closure(unknown=f"{error.args[0]} has no primary key to tell its rows apart")
    if dialect.family is Family.SQLITE and any(_too_deep(each, starts) for each in (*behind, *referring)):
        return Closure(unknown="foreign keys lead in circles over more tables than SQLite reads in one query")
    return Closure(behind, referring)


def _too_deep(each: Reached, starts: Sequence[Start]) -> bool:
    """Whether a predicate, without what the statement says itself, has more brackets than are surely read."""
    own = max(depth(start.taken.count) for start in starts)
    return depth(each.condition) > DEEPEST + own


class _Indistinct(Exception):
    """A table is reached whose rows the statement takes as well, and nothing tells the two apart."""


def _tables(found: Graph) -> Iterator[Name]:
    """Each table that is reached, once."""
    return iter(dict.fromkeys(node.table for node in found.nodes))


def _of_table(table: Name, found: Graph, rows: Rows) -> Iterator[Reached]:
    """The rows of one table that go, and those that change."""
    spared = _own(table, found, rows.dialect)
    nodes = [node for node in found.nodes if node.table == table]
    for node in nodes:
        if node.deletes:
            condition = rows.reached(node)
            way = None if spared else rows.one_way(node)
            yield Reached(table, Fate.DELETE, _but(condition, spared), (), _over(found.links[node]), way)
            spared = [*spared, condition]
    changing = [node for node in nodes if not node.deletes]
    if changing:
        fates = {_FATES.get(node.reaction or Reaction.CASCADE, Fate.UPDATE) for node in changing}
        links = [link for node in changing for link in found.links[node]]
        columns = {column.lower(): column for link in links for column in link.edge.child_columns}
        changed = tuple(columns[each] for each in columns if any(each in node.columns for node in changing))
        condition = " OR ".join(dict.fromkeys(rows.reached(node) for node in changing))
        fate = fates.pop() if len(fates) == 1 else Fate.UPDATE
        way = rows.one_way(changing[0]) if len(changing) == 1 and not spared else None
        yield Reached(table, fate, _but(condition, spared), changed, _over(links), way)


def _referring(found: Graph, rows: Rows, behind: Sequence[Reached]) -> Iterator[Reached]:
    """The rows that refer to what goes and stay as they are; not those that go as well."""
    going = {each.table: each.condition for each in behind if each.fate is Fate.DELETE}
    for link in found.refusing:
        table, own = link.edge.child, _own(link.edge.child, found, rows.dialect)
        spared = [*own, *((going[table],) if table in going else ())]
        fate = Fate.REFUSED if link.edge.enforced else Fate.ORPHANED
        yield Reached(table, fate, _but(rows.referring(link), spared), link.edge.child_columns, (link.edge.name,))


def _own(table: Name, found: Graph, dialect: Dialect) -> list[str]:
    """The rows of a table that the statement takes itself; raises _Indistinct."""
    starts = [start for node, starts in found.starts.items() if node.table == table for start in starts]
    conditions = [start.own(dialect) for start in starts]
    if any(condition is None for condition in conditions):
        raise _Indistinct(str(table))
    return [condition for condition in conditions if condition is not None]


def _but(condition: str, spared: Sequence[str]) -> str:
    """A condition without what others say; one of theirs that is NULL spares nothing."""
    exceptions = [f"({each}) IS NOT TRUE" for each in spared]
    return " AND ".join((f"({condition})", *exceptions)) if exceptions else condition


def _over(links: Sequence[Link]) -> tuple[str, ...]:
    """The names of the foreign keys, each once."""
    return tuple(dict.fromkeys(link.edge.name for link in links))


