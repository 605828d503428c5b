"""Patterns of table names in a policy: ``billing``, ``ledger.*``, ``*_audit``."""

from __future__ import annotations

import re
from functools import cache

from safesql.guard.effect import Name
from safesql.sql.possessive import compiled


def fits(name: Name, pattern: str) -> bool:
    """Whether a table's name fits, in any case; a pattern with fewer parts is compared with the last ones."""
    wanted = pattern.split(".")
    parts = name.parts[-len(wanted) :]
    if len(parts) < len(wanted):
        # the statement leaves the schema out, so it may be the protected one
        wanted = wanted[-len(parts) :]
    return all(_expression(want).fullmatch(part) for want, part in zip(wanted, parts, strict=True))


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """One part of a pattern, where a star stands for anything."""
    return compiled(".*".join(re.escape(piece) for piece in pattern.split("*")), re.IGNORECASE | re.DOTALL)
