"""Probes whose answer would be welcome and is not needed: what cannot be asked is left out."""

from __future__ import annotations

from safesql.backends.contract import Connection
from safesql.errors import SafesqlError
from safesql.result import Row
from safesql.rewrite.probe import Probe


def rows(connection: Connection, probe: Probe | None) -> list[Row] | None:
    """All rows of an answer, None where the server does not give one; never raises."""
    if probe is None:
        return None
    try:
        result = connection.query(probe)
        found = list(result.rows())
        result.summary()
    except SafesqlError:
        return None
    return found
