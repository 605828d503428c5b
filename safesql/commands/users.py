r"""``\du``: users and roles."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("du", "dg")
USAGE = r"\du [PATTERN]"
SUMMARY = "users and roles"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    probe = catalog(connection.dialect).users(connection.dialect, pattern(argument, connection.dialect))
    shell.show(connection.query(probe))
