"""What is noted of a transaction before its COMMIT is sent, so that it can be asked about later."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.rewrite.images.settled import NAMES, transaction_now


def seen(connection: Connection) -> dict[str, str]:
    """The transaction's number where the server has one, and the session; inside the open transaction."""
    probe = transaction_now(connection.dialect)
    if probe is None:
        return {"session": connection.server.session} if connection.server.session else {}
    row = next(iter(connection.fetch(probe).rows()))
    return {name: str(cell) for name, cell in zip(NAMES, row, strict=True) if cell is not None}
