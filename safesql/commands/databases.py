r"""``\l``: databases of this server."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("l", "list")
USAGE = r"\l [PATTERN]"
SUMMARY = "databases of this server"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    probe = catalog(connection.dialect).databases(connection.dialect, pattern(argument, connection.dialect))
    shell.show(connection.query(probe))
