"""What the server says beside its results, in our terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import psycopg

from safesql.backends.postgres.wire import Wire
from safesql.backends.text import readable
from safesql.result import Notice


def notified(wire: Wire, encoding: str) -> Iterator[Notice]:
    """What other sessions sent by NOTIFY and is here already."""
    with suppress(psycopg.Error):
        while (notify := wire.pg.notifies()) is not None:
            channel, payload = readable(notify.relname, encoding), readable(notify.extra, encoding)
            yield Notice("NOTIFY", f"{channel}: {payload}" if payload else channel)


def noticed(diagnostic: psycopg.errors.Diagnostic) -> Notice:
    """A NOTICE, WARNING or the like, in the language of the server but for its severity."""
    return Notice(
        diagnostic.severity_nonlocalized or diagnostic.severity or "NOTICE",
        diagnostic.message_primary or "",
        diagnostic.sqlstate or "",
        diagnostic.message_detail or "",
        diagnostic.message_hint or "",
    )
