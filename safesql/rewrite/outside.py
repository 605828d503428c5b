"""Calls of functions whose effects are outside of the transaction, by the names of well-known extensions."""

from __future__ import annotations

from itertools import pairwise

from safesql.sql.statement import Statement
from safesql.sql.token import Kind

OUTSIDE = frozenset({
    "dblink", "dblink_exec", "dblink_open", "dblink_send_query", "lo_export", "pg_file_write", "pg_file_unlink",
    "pg_file_rename", "pg_background_launch", "http_post", "http_put", "http_delete", "http_patch", "sys_exec",
    "sys_eval", "writefile", "edit", "pg_logical_emit_message", "pg_terminate_backend", "pg_cancel_backend",
})
"""https://www.postgresql.org/docs/current/dblink.html, .../lo-funcs.html, https://www.sqlite.org/cli.html#file_i_o_functions;
NOTIFY is not here: it is sent at COMMIT."""


def outside_effects(statement: Statement) -> tuple[str, ...]:
    """The names of such functions that a statement calls, each once."""
    tokens = statement.tokens
    called = (
        token.text.strip('"`[]').lower()
        for token, following in pairwise(tokens)
        if token.kind in (Kind.WORD, Kind.NAME) and following.kind is Kind.OPEN
    )
    return tuple(dict.fromkeys(name for name in called if name in OUTSIDE))
