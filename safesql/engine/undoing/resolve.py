"""What became of entries whose session ended without a word: the server is asked, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.backends.contract import Connection, Transaction
from safesql.errors import SafesqlError
from safesql.result import Row
from safesql.store.journal.entry import Entry, State
from safesql.store.journal.journal import Change, Journal, alive

AT_ONCE = 500


def unresolved(journal: Journal, place: str) -> Iterator[Entry]:
    """Entries of this place whose end is not known, and whose process is gone."""
    for entry in journal.entries().values():
        if entry.place == place and entry.state.pending and (entry.state is State.UNKNOWN or not alive(entry.process)):
            yield entry


def resolve(connection: Connection, journal: Journal, entry: Entry) -> State:
    """Find out, write down and return how an entry ended; UNKNOWN where not even the rows tell.

    Before COMMIT was sent, nothing can have been committed: a server rolls back what a lost session leaves open.
    """
    state = State.ROLLED_BACK
    if entry.state in (State.COMMIT_SENT, State.UNKNOWN):
        state = _asked(connection, journal, entry)
    if state is not entry.state:
        journal.mark(entry.id, state)
    if state is State.ROLLED_BACK and entry.undoes is None:
        journal.drop_images(entry.id)
    return state


def _asked(connection: Connection, journal: Journal, entry: Entry) -> State:
    """By the number of the transaction, as long as the server did not restart since; else by the rows.

    After a crash the server may give the same number to another transaction, so that then the rows decide.
    """
    try:
        status, same_run, there = _status(connection, entry)
        if there:
            return State.UNKNOWN                 # the session has not ended yet: neither has the transaction
        if same_run and status in ("committed", "aborted"):
            return State.COMMITTED if status == "committed" else State.ROLLED_BACK
        return _by_rows(connection, journal, entry)
    except SafesqlError:
        return State.UNKNOWN


def _status(connection: Connection, entry: Entry) -> tuple[str, bool, bool]:
    """What the server says of the transaction, whether it is the same run of it, whether the session is still there."""
    from safesql.rewrite.images.settled import transaction_then

    probe = transaction_then(entry.witness, connection.dialect)
    if probe is None:
        return "", False, False
    status, same_run, there = next(iter(connection.query(probe).rows()))
    return str(status), str(same_run) == "1", str(there) != "0"


def _by_rows(connection: Connection, journal: Journal, entry: Entry) -> State:
    """All rows as after the change, and not as before: committed; the other way round: rolled back."""
    from safesql.rewrite.images.settings import made

    if connection.transaction is not Transaction.NONE:
        return State.UNKNOWN
    as_before = as_after = True
    any_change = False
    connection.begin()
    try:
        settings = made(entry.settings, connection.dialect)
        if settings is not None:
            connection.fetch(settings).summary()
        for table, changes in journal.changes(entry):
            for start in range(0, len(changes), AT_ONCE):
                part = changes[start : start + AT_ONCE]
                for (before, after), now in zip(part, _now(connection, entry, table, part), strict=True):
                    if repr(before) == repr(after):
                        continue
                    any_change = True
                    as_before = as_before and repr(now) == repr(before)
                    as_after = as_after and repr(now) == repr(after)
    finally:
        connection.rollback()
    if not any_change:
        return State.ROLLED_BACK
    if as_before == as_after:
        return State.UNKNOWN
    return State.COMMITTED if as_after else State.ROLLED_BACK


def _now(connection: Connection, entry: Entry, table: int, part: list[Change]) -> list[Row | None]:
    """These rows as they are."""
    from safesql.rewrite.images.capture import key_of, rows_of_keys
    from safesql.rewrite.images.shape import shape_of

    shape = shape_of(entry.tables[table])
    images = [after or before or () for before, after in part]
    if not images:
        return []
    rows = connection.fetch(rows_of_keys(shape, images, connection.dialect)).rows()
    known = {key_of(shape, row, connection.dialect): row for row in rows}
    return [known.get(key_of(shape, image, connection.dialect)) for image in images]
