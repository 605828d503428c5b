r"""``\encoding``: how text travels between this session and its server."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("encoding", "charset")
USAGE = r"\encoding [NAME]"
SUMMARY = "the encoding of this session; PostgreSQL takes another (\\encoding LATIN1)"

_OURS = ("UTF8", "UTF-8", "UTF8MB4")


def run(shell: Shell, argument: str) -> None:
    """Tell it, or change it down the normal road; raises UsageError where the session stays in UTF-8."""
    from safesql.rewrite.encoding import encoding, recoded

    connection = shell.session.connection
    name = argument.strip(" ;'\"")
    if not name:
        shell.page("".join(f"{found!s}\n" for (found,) in connection.query(encoding(connection.dialect)).rows()))
        return
    statement = recoded(name, connection.dialect)
    if statement is not None:
        shell.run_text(statement)
    elif name.upper() not in _OURS:
        raise UsageError(f"safesql speaks UTF-8 with {connection.server.product}, and the server converts")
