"""A predicate for the rows of a table that foreign keys reach, written from the statement's own selection."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.rewrite.closure.edge import Edge
from safesql.rewrite.closure.graph import Graph, Link, Node
from safesql.rewrite.closure.place import quoted
from safesql.rewrite.closure.shelf import Shelf
from safesql.rewrite.closure.start import within
from safesql.slotted import dataclass, field, replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name

LONGEST = 200_000          # characters of one predicate: many ways to the same table double its length again and again


class TooEntangled(Exception):
    """Too many ways lead to one table for a predicate that a server would read."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Rows of a node that stand for themselves: ``query`` collects them, ``alias`` has them one by one, else none."""

    query: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a way to some rows may use: nodes whose rows are known, and whether the statement's own rows count.

    ``shelf`` takes the queries on the way, where they must not stand inside of each other, and ``inside`` they are
    where its names are known.
    """

    known: Mapping[Node, _Known] = field(default_factory=dict)
    started: bool = True
    shelf: Shelf | None = None
    inside: bool = False

    def with_(self, node: Node, known: _Known) -> _Sight:
        """With one node more; rows that are known one by one are no query to be put elsewhere."""
        shelf = None if known.alias else self.shelf
        return replace(self, known={**self.known, node: known}, shelf=shelf)

    def further(self) -> _Sight:
        """Inside of one of its queries."""
        return replace(self, inside=True)

    def named(self, query: str) -> str:
        """A query, put aside where it can be."""
        return self.shelf.named(query) if self.shelf is not None else query

    def whole(self, query: str) -> str:
        """A query with what it uses of the shelf, unless that is there already."""
        return self.shelf.over(query) if self.shelf is not None and not self.inside else query


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the predicates of one graph."""

    graph: Graph
    dialect: Dialect

    def reached(self, node: Node) -> str:
        """The rows of a node that foreign keys lead to, over the table by its own name; raises TooEntangled."""
        sight = self._open()
        if self._circular(node, sight):
            sight = sight.with_(node, _Known(self._collected(node, sight)))
        return self._ways(node, sight) or "1 = 0"

    def referring(self, link: Link) -> str:
        """The rows that refer to those of a link's parent; raises TooEntangled."""
        return self._through(link, self._open()) or "1 = 0"

    def one_way(self, node: Node) -> tuple[tuple[str, ...], str] | None:
        """The columns that refer to others, and a query for those: each row of it once.

        None where more than one foreign key leads to a node, or the rows behind it come from more than one side.
        """
        links = list(self.graph.links.get(node, ()))
        if len(links) != 1 or self._circular(node, _Sight()) or self._circular(links[0].parent, _Sight()):
            return None
        sight = self._open()
        queries = self._queries(links[0], sight)
        return (links[0].edge.child_columns, sight.whole(queries[0])) if len(queries) == 1 else None

    def _open(self) -> _Sight:
        """Nothing known yet."""
        return _Sight(shelf=Shelf() if self.dialect.family is Family.SQLITE else None)

    def _ways(self, node: Node, sight: _Sight) -> str:
        """The ways to a node, joined by OR; empty where there are none."""
        ways = [self._through(link, sight) for link in self.graph.links.get(node, ())]
        text = " OR ".join(way for way in dict.fromkeys(ways) if way)
        if len(text) > LONGEST:
            raise TooEntangled
        return text

    def _through(self, link: Link, sight: _Sight) -> str:
        """The rows that one foreign key leads to; empty where there are none."""
        edge, parent = link.edge, link.parent
        if parent in sight.known:
            return self._from_known(link, sight.known[parent], sight)
        if self._circular(parent, sight):
            return self._from_known(link, _Known(self._collected(parent, sight)), sight)
        queries = map(sight.whole, self._queries(link, sight))
        return " OR ".join(self._referring_to(edge, query) for query in queries)

    def _referring_to(self, edge: Edge, query: str) -> str:
        """That the columns of a foreign key are in the result of a query for what it refers to."""
        if not edge.collated:
            return within(edge.child_columns, query, self.dialect)
        names = [_kept(str(number), self.dialect) for number in range(len(edge.child_columns))]
        own = (quote_name(column, self.dialect) for column in edge.child_columns)
        same = " AND ".join(f"{name} = {column}" for name, column in zip(names, own, strict=True))
        return f"EXISTS (WITH safesql_kept ({', '.join(names)}) AS ({query}\n) SELECT 1 FROM safesql_kept WHERE {same})"

    def _queries(self, link: Link, sight: _Sight) -> list[str]:
        """What the rows behind one foreign key refer to: rows that the statement takes, and those that are reached."""
        columns = link.edge.parent_columns
        queries = self._own(link.parent, columns, sight)
        reached = self._ways(link.parent, sight.further())
        return [*queries, sight.named(self._select(link.parent, columns, reached))] if reached else queries

    def _own(self, node: Node, columns: tuple[str, ...], sight: _Sight) -> list[str]:
        """Queries for the rows that the statement itself takes."""
        starts = self.graph.starts.get(node, ()) if sight.started else ()
        return [start.keys(columns, self.dialect) for start in starts]

    def _from_known(self, link: Link, known: _Known, sight: _Sight) -> str:
        """The rows that refer to known ones."""
        edge = link.edge
        kept = [_kept(column, self.dialect) for column in edge.parent_columns]
        if known.alias:
            own = (quote_name(column, self.dialect) for column in edge.child_columns)
            return " AND ".join(f"{known.alias}.{other} = {one}" for one, other in zip(own, kept, strict=True))
        if known.query:
            query = sight.named(f"{known.query} SELECT {', '.join(kept)} FROM safesql_gone")
            return self._referring_to(edge, sight.whole(query))
        return ""

    def _collected(self, node: Node, sight: _Sight) -> str:
        """The WITH that collects all rows of a node that leads back to itself; empty where no row is the first."""
        links = [*self.graph.refusing, *(link for links in self.graph.links.values() for link in links)]
        used = (column for link in links if link.parent == node for column in link.edge.parent_columns)
        columns = tuple(dict.fromkeys(used))
        seeds = self._own(node, columns, sight)
        seed = self._ways(node, sight.further().with_(node, _Known()))
        if seed:
            seeds.append(self._select(node, columns, seed))
        if not seeds:
            return ""
        alias = f"safesql_found_{len(sight.known)}"
        nowhere = _Sight(dict.fromkeys(sight.known, _Known()), started=False)
        step = self._ways(node, nowhere.with_(node, _Known(alias=alias)))
        kept = ", ".join(_kept(column, self.dialect) for column in columns)
        listed = ", ".join(f"safesql_row.{quote_name(column, self.dialect)}" for column in columns)
        first = " UNION ".join(f"SELECT * FROM ({each}) AS safesql_seed" for each in seeds)
        return (
            f"WITH RECURSIVE safesql_gone ({kept}) AS (SELECT * FROM ({first}) AS safesql_seeds UNION SELECT {listed} "
            f"FROM {quoted(node.table, self.dialect)} AS safesql_row JOIN safesql_gone AS {alias} ON {step})"
        )

    def _circular(self, node: Node, sight: _Sight) -> bool:
        """Whether foreign keys lead from a node back to itself, past nodes whose rows are known."""
        waiting, seen = [node], set[Node]()
        while waiting:
            here = waiting.pop()
            for target, links in self.graph.links.items():
                if target in seen or target in sight.known or all(link.parent != here for link in links):
                    continue
                if target == node:
                    return True
                seen.add(target)
                waiting.append(target)
        return False

    def _select(self, node: Node, columns: tuple[str, ...], condition: str) -> str:
        """Columns of the rows of a table."""
        listed = ", ".join(quote_name(column, self.dialect) for column in columns)
        return f"SELECT {listed} FROM {quoted(node.table, self.dialect)} WHERE {condition}"


def _kept(column: str, dialect: Dialect) -> str:
    """What a column is called among the collected rows, so that no table has one of that name."""
    return quote_name(f"safesql {column}", dialect)
