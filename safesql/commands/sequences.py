r"""``\ds``: sequences."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.dialect import Family

NAMES = ("ds",)
USAGE = r"\ds [PATTERN]"
SUMMARY = "sequences"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog; raises UsageError on SQLite, which has none."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    if connection.dialect.family is Family.SQLITE:
        raise UsageError("SQLite has no sequences; AUTOINCREMENT keeps its counters in sqlite_sequence")
    wanted = pattern(argument, connection.dialect)
    shell.show(connection.query(catalog(connection.dialect).relations(connection.dialect, ("sequence",), wanted)))
