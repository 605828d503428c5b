"""How the columns of a foreign key are defined, as questions to the catalog; and the rows that would break it."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Name
from safesql.rewrite.doctor.references import NewKey
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name, quote_string

SECONDS = 3.0
MANY = 1000                # orphans that are counted; more are "at least"


def mysql_columns(table: Name, dialect: Dialect) -> Probe:
    """Rows of (column, type, character set, collation, engine) of one table."""
    text = (
        "SELECT c.column_name, c.column_type, c.character_set_name, c.collation_name, t.engine "
        "FROM information_schema.columns c JOIN information_schema.tables t "
        f"ON t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE {_place('c', table, dialect)}"
    )
    return Probe(text, "the columns of a foreign key", SECONDS)


def mysql_indexes(table: Name, dialect: Dialect) -> Probe:
    """Rows of (index, 1 where it is not unique, its columns in order, separated by commas) of one table."""
    text = (
        "SELECT s.index_name, s.non_unique, GROUP_CONCAT(s.column_name ORDER BY s.seq_in_index) "
        f"FROM information_schema.statistics s WHERE {_place('s', table, dialect)} GROUP BY s.index_name, s.non_unique"
    )
    return Probe(text, "the indexes of a foreign key", SECONDS)


def mysql_defaults(charset: str, dialect: Dialect) -> Probe:
    """One row: character set and collation of a new table, its character set given or the database's."""
    if charset:
        text = (
            "SELECT character_set_name, default_collate_name FROM information_schema.character_sets "
            f"WHERE character_set_name = {quote_string(charset, dialect)}"
        )
    else:
        text = "SELECT @@character_set_database, @@collation_database"
    return Probe(text, "the character set of a new table", SECONDS)


def _place(alias: str, table: Name, dialect: Dialect) -> str:
    """The condition for one table, in its own database or the current one."""
    schema = quote_string(table.parts[-2], dialect) if len(table.parts) > 1 else "DATABASE()"
    return f"{alias}.table_schema = {schema} AND {alias}.table_name = {quote_string(table.parts[-1], dialect)}"


def postgres_columns(table: Name, dialect: Dialect) -> Probe:
    """Rows of (column, type, oid of the base type, collation) of one table."""
    text = (
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), "
        "(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END)::bigint, "
        "(SELECT c.collname FROM pg_collation c WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation) "
        "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
        f"WHERE a.attrelid = {_regclass(table, dialect)} AND a.attnum > 0 AND NOT a.attisdropped"
    )
    return Probe(text, "the columns of a foreign key", SECONDS)


def postgres_indexes(table: Name, dialect: Dialect) -> Probe:
    """Rows of (index, 1 where nothing can refer to it, its columns in order, 1 for the primary key) of one table."""
    text = (
        "SELECT i.indexrelid::regclass, CASE WHEN i.indisunique AND i.indimmediate AND i.indpred IS NULL "
        "AND i.indexprs IS NULL AND i.indisvalid THEN 0 ELSE 1 END, (SELECT string_agg(a.attname, ',' ORDER BY k.n) "
        "FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY k (attnum, n) "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum), i.indisprimary::int "
        f"FROM pg_index i WHERE i.indrelid = {_regclass(table, dialect)}"
    )
    return Probe(text, "the indexes of a foreign key", SECONDS)


def postgres_type(written: str, dialect: Dialect) -> Probe:
    """One row: the oid of the base type that a text names, NULL where there is none, and its name."""
    kind = f"to_regtype({quote_string(written, dialect)})"
    text = (
        "SELECT (CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END)::bigint, t.oid::regtype "
        f"FROM pg_type t WHERE t.oid = {kind}"
    )
    return Probe(text, "the type of a column", SECONDS)


def postgres_fits(parent: int, child: int) -> Probe:
    """A row where a foreign key may compare these types: an operator of the index, or a cast that nobody asks for.

    https://www.postgresql.org/docs/current/catalog-pg-amop.html; 403 is the btree access method, 3 its equality.
    """
    text = (
        f"SELECT 1 WHERE {parent} = {child} OR EXISTS (SELECT 1 FROM pg_amop o WHERE o.amopmethod = 403 "
        f"AND o.amopstrategy = 3 AND o.amoplefttype = {parent} AND o.amoprighttype = {child}) "
        f"OR EXISTS (SELECT 1 FROM pg_cast c WHERE c.castsource = {child} AND c.casttarget = {parent} "
        "AND c.castcontext = 'i')"
    )
    return Probe(text, "whether two types can be compared", SECONDS)


def orphans(key: NewKey, referred: Sequence[str], dialect: Dialect) -> Probe:
    """One number: rows whose columns are all set and refer to nothing, up to ``MANY``."""
    set_ = " AND ".join(f"c.{quote_name(name, dialect)} IS NOT NULL" for name in key.columns)
    pairs = zip(key.columns, referred, strict=True)
    same = " AND ".join(f"p.{quote_name(theirs, dialect)} = c.{quote_name(own, dialect)}" for own, theirs in pairs)
    inner = (
        f"SELECT 1 FROM {_quoted(key.table, dialect)} c WHERE {set_} "
        f"AND NOT EXISTS (SELECT 1 FROM {_quoted(key.parent, dialect)} p WHERE {same}) LIMIT {MANY}"
    )
    return Probe(f"SELECT count(*) FROM ({inner}) o", "rows that refer to nothing", SECONDS)


def _quoted(name: Name, dialect: Dialect) -> str:
    """A name in quotes."""
    return ".".join(quote_name(part, dialect) for part in name.parts)


def _regclass(table: Name, dialect: Dialect) -> str:
    """A table as PostgreSQL finds it; NULL where there is none."""
    return f"to_regclass({quote_string(_quoted(table, dialect), dialect)})"
