r"""``\conninfo``: where this session is."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("conninfo", "status")
USAGE = r"\conninfo"
SUMMARY = "target, server, user, role, encryption, transaction, policy"


def run(shell: Shell, argument: str) -> None:
    """Say it from what the connection already knows; nothing is asked of the server."""
    del argument
    session = shell.session
    server, target = session.connection.server, session.profile.target
    role = {True: "replica", False: "primary", None: "not known"}[session.role.replica(session.connection)]
    rows = (
        ("target", target.label),
        ("profile", session.profile.name),
        ("environment", session.profile.environment.word),
        ("server", server.product),
        ("user", server.user),
        ("database", server.database),
        ("role", role),
        ("identity", server.identity),
        ("node", server.node),
        ("encrypted", "yes" if server.encrypted else "no"),
        ("session", "behind a pooler, another for each transaction" if server.pooled else server.session),
        ("transaction", session.connection.transaction.value),
        ("profile takes", "reads only" if target.read_only else "reads and writes"),
        ("staging to", str(session.review.path) if session.review else ""),
    )
    shell.page("".join(f"{name:<14}{value}\n" for name, value in rows if value))
