"""LOCK TABLES, which START TRANSACTION would release: https://dev.mysql.com/doc/refman/8.4/en/lock-tables.html."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from safesql.guard.effect import Effect, Reach


def holding(effect: Effect, before: bool) -> bool:
    """Whether tables are locked after a statement that went well."""
    for part in effect.walk():
        if part.verb == "LOCK" and part.reach is Reach.SESSION:
            before = True
        elif part.verb in ("UNLOCK", "BEGIN"):
            before = False
    return before


@contextmanager
def only_reading(run: Callable[[str], None], *, locked: bool, lasting: bool) -> Iterator[None]:
    """Outside of a transaction, in which nothing can be written meanwhile; ``lasting`` where that holds anyway."""
    if not locked:
        run("START TRANSACTION READ ONLY")
        try:
            yield
        finally:
            run("ROLLBACK")
        return
    run("SET SESSION TRANSACTION READ ONLY")
    try:
        yield
    finally:
        if not lasting:
            run("SET SESSION TRANSACTION READ WRITE")
