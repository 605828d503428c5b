"""EXPLAIN of a statement in the form that can be drawn, and how big the tables are that its plan reads whole."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name

BIG = 10_000           # rows; a table that has more is worth a warning when it is read from end to end
SECONDS = 2.0


def explained(text: str, dialect: Dialect, *, run: bool) -> str | None:
    """The statement that asks for the plan; with ``run`` it is run as well. None: this server has no such thing.

    MySQL tells what a run took as a text alone: https://dev.mysql.com/doc/refman/8.4/en/explain.html#explain-analyze
    """
    match dialect.family, dialect.name:
        case Family.POSTGRES, _:
            return f"EXPLAIN ({'ANALYZE, ' if run else ''}VERBOSE, FORMAT JSON) {text}"
        case Family.MYSQL, "mariadb":
            return f"{'ANALYZE' if run else 'EXPLAIN'} FORMAT=JSON {text}"
        case Family.MYSQL, _:
            return f"EXPLAIN ANALYZE {text}" if run else f"EXPLAIN FORMAT=JSON {text}"
        case _:
            return None if run else f"EXPLAIN QUERY PLAN {text}"


def up_to_big(name: str, dialect: Dialect) -> Probe:
    """One number: the rows of a table, counted no further than to see that it is big; for SQLite, which keeps none."""
    return Probe(
        f"SELECT count(*) FROM (SELECT 1 FROM {quote_name(name, dialect)} LIMIT {BIG + 1})",
        "whether a table is big", SECONDS,
    )  # fmt: skip
