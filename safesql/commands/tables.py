r"""``\dt``: tables, with the server's estimate of their rows."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("dt", "tables")
USAGE = r"\dt [PATTERN]"
SUMMARY = "tables, with the server's estimate of their rows"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    wanted = pattern(argument, connection.dialect)
    shell.show(connection.query(catalog(connection.dialect).relations(connection.dialect, ("table",), wanted)))
