r"""``\dn``: schemas."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("dn",)
USAGE = r"\dn [PATTERN]"
SUMMARY = "schemas"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    probe = catalog(connection.dialect).schemas(connection.dialect, pattern(argument, connection.dialect))
    shell.show(connection.query(probe))
