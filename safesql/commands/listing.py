"""What the commands have in common that show one list of the catalog, where the server has such a thing."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.result import Result


def asked(shell: Shell, what: str, argument: str) -> Result:
    """The list as the server tells it; raises UsageError where its family knows nothing of the kind."""
    from safesql.rewrite.catalog_lists import listed
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    probe = listed(what, connection.dialect, pattern(argument, connection.dialect))
    if probe is None:
        raise UsageError(f"{connection.server.product} has no {what}")
    return connection.query(probe)
