"""Constraints that a transaction has put off until its COMMIT, looked at before it is rolled back."""

from __future__ import annotations

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family


def checked_now(dialect: Dialect) -> Probe | None:
    """Fails as COMMIT would; None where nothing can be asked to look.

    https://www.postgresql.org/docs/current/sql-set-constraints.html
    """
    if dialect.family is not Family.POSTGRES:
        return None
    return Probe("SET CONSTRAINTS ALL IMMEDIATE", "look at deferred constraints")
