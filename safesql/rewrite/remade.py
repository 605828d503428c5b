"""The statements that would make a function or a view again, from what the server keeps of it.

https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG,
https://mariadb.com/kb/en/show-create-view/, https://www.sqlite.org/schematab.html
"""

from __future__ import annotations

from safesql.rewrite.catalog_pattern import Pattern, pattern
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string

SECONDS = 20.0
NEW_FUNCTION = {
    Family.POSTGRES: "CREATE FUNCTION ( )\n RETURNS \n LANGUAGE \nAS $function$\n\n$function$;\n",
    Family.MYSQL: "DELIMITER //\nCREATE FUNCTION ( )\n RETURNS \nBEGIN\n\nEND//\nDELIMITER ;\n",
}
"""What the editor shows for a function that is not there yet."""
NEW_VIEW = "CREATE VIEW  AS\n SELECT \n;\n"

_CREATE = "CREATE "
_DELIMITERS = ("//", "$$", "@@", ";;;")
_POSTGRES_ROUTINES = (
    "SELECT p.oid::pg_catalog.regprocedure::text, '', '', pg_catalog.pg_get_functiondef(p.oid) "
    "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
    "WHERE p.prokind <> 'a' AND {where} ORDER BY n.nspname, p.oid LIMIT 50"
)
_POSTGRES_VIEWS = (
    "SELECT c.oid::pg_catalog.regclass::text, '', '', 'CREATE OR REPLACE VIEW ' || pg_catalog.quote_ident(n.nspname) "
    "|| '.' || pg_catalog.quote_ident(c.relname) || coalesce(' WITH (' || pg_catalog.array_to_string(c.reloptions, "
    "', ') || ')', '') || E' AS\\n' || pg_catalog.pg_get_viewdef(c.oid, true) "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind = 'v' AND {where} ORDER BY n.nspname, c.relname LIMIT 50"
)
_MYSQL_ROUTINES = (
    "SELECT concat(r.routine_schema, '.', r.routine_name), r.routine_schema, r.routine_type, r.routine_name "
    "FROM information_schema.routines r WHERE {where} ORDER BY 1, 3 LIMIT 50"
)
_MYSQL_VIEWS = (
    "SELECT concat(v.table_schema, '.', v.table_name), v.table_schema, 'VIEW', v.table_name "
    "FROM information_schema.views v WHERE {where} ORDER BY 1 LIMIT 50"
)
_SQLITE_VIEWS = "SELECT m.name, 'main', 'VIEW', m.sql FROM main.sqlite_master m WHERE m.type = 'view' AND {where}"


def functions_named(text: str, dialect: Dialect) -> Probe | None:
    """Rows of (shown name, schema, kind, text), on MySQL the plain name for the text; None: this server keeps none.

    With types in brackets it is one function of PostgreSQL, of however many there are of that name.
    """
    if dialect.family is Family.SQLITE:
        return None
    if dialect.family is Family.MYSQL:
        return _asked(_MYSQL_ROUTINES, _here(pattern(text, dialect), dialect, "r.routine_schema", "r.routine_name"))
    if "(" in text:
        where = f"p.oid = pg_catalog.to_regprocedure({quote_string(text.strip(' ;'), dialect)})"
        return _asked(_POSTGRES_ROUTINES, where)
    named = pattern(text, dialect)
    seen = "" if named.schema else " AND pg_catalog.pg_function_is_visible(p.oid)"
    return _asked(_POSTGRES_ROUTINES, named.where(dialect, "n.nspname", "p.proname") + seen)


def views_named(text: str, dialect: Dialect) -> Probe:
    """The same of views."""
    named = pattern(text, dialect)
    match dialect.family:
        case Family.MYSQL:
            return _asked(_MYSQL_VIEWS, _here(named, dialect, "v.table_schema", "v.table_name"))
        case Family.SQLITE:
            return _asked(_SQLITE_VIEWS, named.where(dialect, "", "m.name"))
        case Family.POSTGRES:
            seen = "" if named.schema else " AND pg_catalog.pg_table_is_visible(c.oid)"
            return _asked(_POSTGRES_VIEWS, named.where(dialect, "n.nspname", "c.relname") + seen)


def shown_create(schema: str, kind: str, name: str, dialect: Dialect) -> Probe:
    """MySQL's own text: the column whose name begins with "Create"."""
    place = f"{quote_name(schema, dialect)}.{quote_name(name, dialect)}"
    return Probe(f"SHOW CREATE {kind} {place}", "definition", SECONDS)


def replacing(text: str, kind: str, name: str, dialect: Dialect) -> str:
    """What is typed to put the definition in the place of the one that is there, with its terminators."""
    body = text.rstrip().rstrip(";")
    match dialect.family, kind:
        case Family.POSTGRES, _:
            return f"{body};\n"
        case Family.SQLITE, _:
            return f"BEGIN;\nDROP VIEW {quote_name(name, dialect)};\n{body};\nCOMMIT;\n"
        case _, "VIEW":
            return f"{_or_replace(body)};\n"
    made = _or_replace(body) if dialect.name == "mariadb" else body
    end = next((each for each in _DELIMITERS if each not in made), _DELIMITERS[0])
    drop = "" if dialect.name == "mariadb" else f"DROP {kind} {quote_name(name, dialect)}{end}\n"
    return f"DELIMITER {end}\n{drop}{made}{end}\nDELIMITER ;\n"


def _or_replace(text: str) -> str:
    """MySQL's text begins with CREATE and goes on with DEFINER, ALGORITHM or the kind."""
    return f"CREATE OR REPLACE {text.removeprefix(_CREATE)}"


def _here(named: Pattern, dialect: Dialect, schema: str, name: str) -> str:
    """Without a schema, in the current database."""
    where = named.where(dialect, schema, name)
    return where if named.schema else f"{where} AND {schema} <=> database()"


def _asked(text: str, where: str) -> Probe:
    """A question to the catalog."""
    return Probe(text.format(where=where), "definitions", SECONDS)
