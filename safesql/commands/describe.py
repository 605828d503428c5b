r"""``\d``: one relation in full, or a list of all."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.result import Result
from safesql.rewrite.catalog import Catalog, catalog
from safesql.rewrite.catalog_besides import besides
from safesql.rewrite.catalog_pattern import ANYTHING, pattern
from safesql.sql.dialect import Family

NAMES = ("d", "describe")
USAGE = r"\d [NAME]"
SUMMARY = "columns, indexes, keys, checks and triggers of a table; without a name, all tables and views"

MOST = 20                  # relations that one pattern describes; more is a list, not a description


def run(shell: Shell, argument: str) -> None:
    """Describe what the name or pattern names; raises UsageError when that is nothing."""
    connection = shell.session.connection
    dialect = connection.dialect
    asked = catalog(dialect)
    if not argument.strip(" ;"):
        kinds = ("table", "view", "sequence") if dialect.family is not Family.SQLITE else ("table", "view")
        shell.show(connection.query(asked.relations(dialect, kinds, ANYTHING)))
        return
    rows = [row for chunk in connection.query(asked.matching(dialect, pattern(argument, dialect))) for row in chunk]
    if not rows:
        raise UsageError(f"there is no table, view or index called {argument.strip()}; \\d lists what there is")
    for schema, name, kind in ((str(schema), str(name), str(kind)) for schema, name, kind in rows[:MOST]):
        shell.say(f"{kind} {schema}.{name}")
        _described(shell, asked, schema, name, kind)
    if len(rows) > MOST:
        shell.say(f"and {len(rows) - MOST} more; \\dt {argument.strip()} lists them")


def _described(shell: Shell, asked: Catalog, schema: str, name: str, kind: str) -> None:
    """Columns always, the rest where there is any."""
    connection = shell.session.connection
    dialect = connection.dialect
    shell.show(connection.query(asked.columns_of(dialect, schema, name)))
    more = (asked.indexes_of, asked.references_of, besides)
    for probe in (of(dialect, schema, name) for of in more):
        result = _unless_empty(connection.query(probe))
        if result is not None:
            shell.show(result)
    if "view" in kind:
        for chunk in connection.query(asked.definition_of(dialect, schema, name)):
            shell.page("".join(f"{text!s}\n" for (text,) in chunk if text))


def _unless_empty(result: Result) -> Result | None:
    """The same rows again, or None where there are none."""
    chunks = list(result)
    summary = result.summary()
    return Result(result.columns, iter(chunks), lambda: summary) if any(chunks) else None
