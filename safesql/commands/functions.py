r"""``\df``: functions and procedures."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("df",)
USAGE = r"\df [PATTERN]"
SUMMARY = "functions and procedures"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    probe = catalog(connection.dialect).functions(connection.dialect, pattern(argument, connection.dialect))
    shell.show(connection.query(probe))
