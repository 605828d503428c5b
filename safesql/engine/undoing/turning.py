"""Rows that could not be put right one after another, found while the change can still be rolled back."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.engine.undoing.detour import moved_on
from safesql.engine.undoing.order import in_order
from safesql.engine.undoing.running import Running
from safesql.errors import Refused
from safesql.store.journal.journal import Journal


def turning(connection: Connection, journal: Journal, run: Running) -> None:
    """Raises Refused where several rows moved on under an index over expressions, parts or ranges, and must stay.

    Which of them has to make room for which is known to the server alone. Rows that nothing refers to go and come
    back; others cannot.
    """
    shapes = run.outlook.shapes
    odd = [number for number, shape in enumerate(shapes) if shape.odd]
    if not odd:
        return
    entry = journal.entry(run.number)
    order = in_order(connection, [shape.name for shape in shapes])
    for number in odd:
        shape = shapes[number]
        if not any(edge.parent == shape.name for edge in order.around):
            continue
        pairs = (
            (now, before)
            for before, now in journal.changes_of(entry, number)
            if before is not None and now is not None
        )  # fmt: skip
        for index in moved_on(shape, pairs, connection.dialect):
            raise Refused(
                f"several rows of {shape.name} got other values under {index}, which does not compare whole columns, "
                "and other tables refer to them: they could not be put right exactly; rolled back, nothing changed. "
                'Take one row at a time, or set undo = "off" for this run'
            )
