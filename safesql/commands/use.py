r"""``\u``: another database of the same MySQL server."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.dialect import Family

NAMES = ("u", "use")
USAGE = r"\u DATABASE"
SUMMARY = "USE a database (MySQL and MariaDB)"


def run(shell: Shell, argument: str) -> None:
    """Send USE down the normal road; raises UsageError where the server knows no USE."""
    from safesql.sql.quoting import quote_name

    dialect = shell.session.connection.dialect
    name = argument.strip().rstrip(";").strip().strip("`")
    if dialect.family is not Family.MYSQL:
        raise UsageError("a session of this server stays in its database; \\c connects to another")
    if not name:
        raise UsageError("name a database: \\u NAME; \\l lists them")
    shell.run_text(f"USE {quote_name(name, dialect)};")
