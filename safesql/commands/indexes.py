r"""``\di``: indexes."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("di",)
USAGE = r"\di [PATTERN]"
SUMMARY = "indexes"


def run(shell: Shell, argument: str) -> None:
    """Ask the catalog."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    wanted = pattern(argument, connection.dialect)
    shell.show(connection.query(catalog(connection.dialect).relations(connection.dialect, ("index",), wanted)))
