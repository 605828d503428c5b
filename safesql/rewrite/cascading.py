"""What PostgreSQL's CASCADE takes along: tables that TRUNCATE empties too, and what DROP drops with its target.

https://www.postgresql.org/docs/15/sql-truncate.html, https://www.postgresql.org/docs/15/catalog-pg-depend.html
"""

from __future__ import annotations

from safesql.guard.effect import Effect, Name
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string
from safesql.sql.statement import Statement

SECONDS = 5.0
DROPS = frozenset({"DROP TABLE", "DROP VIEW", "DROP MATERIALIZED VIEW", "DROP SEQUENCE", "DROP FOREIGN TABLE"})


def cascading(effect: Effect, statement: Statement) -> bool:
    """Whether one part of a statement is a TRUNCATE or a DROP that says CASCADE."""
    ours = statement.dialect.family is Family.POSTGRES and effect.target is not None
    return ours and (effect.verb == "TRUNCATE" or effect.verb in DROPS) and any(
        token.word == "CASCADE" and effect.at.start <= token.start for token in statement.tokens
    )


def emptied(table: Name, dialect: Dialect) -> Probe:
    """Rows of one table, as a name that can stand in a query: all that refer to this one, over any number of steps."""
    return Probe(
        f"WITH RECURSIVE t (oid) AS (SELECT {_oid(table, dialect)} UNION SELECT k.conrelid FROM t "
        "JOIN pg_catalog.pg_constraint k ON k.confrelid = t.oid AND k.contype = 'f') "
        f"SELECT t.oid::regclass::text FROM t WHERE t.oid <> {_oid(table, dialect)} ORDER BY 1",
        f"the tables that TRUNCATE .. CASCADE empties with {table}",
        SECONDS,
    )


def rows_of(written: str) -> Probe:
    """How many rows a table has, by the name that the server wrote."""
    return Probe(f"SELECT count(*) FROM {written}", f"the rows of {written}", SECONDS)


def dropped(thing: Name, dialect: Dialect) -> Probe:
    """Rows of a description: what depends on a table or view and is dropped with it, one step far."""
    return Probe(
        "SELECT DISTINCT CASE WHEN d.classid = 'pg_catalog.pg_rewrite'::regclass "
        "THEN pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, r.ev_class, 0) "
        "ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END "
        "FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid "
        "AND d.classid = 'pg_catalog.pg_rewrite'::regclass "
        f"WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = {_oid(thing, dialect)} "
        "AND d.deptype = 'n' AND r.ev_class IS DISTINCT FROM d.refobjid ORDER BY 1",
        f"what is dropped with {thing}",
        SECONDS,
    )


def _oid(name: Name, dialect: Dialect) -> str:
    """The relation of a name, NULL where there is none."""
    written = ".".join(quote_name(part, dialect) for part in name.parts)
    return f"pg_catalog.to_regclass({quote_string(written, dialect)})"
