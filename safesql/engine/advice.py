"""What to say of a statement's locks where nobody knows how big the tables are."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from safesql.guard.effect import Name
from safesql.guard.verdict import Verdict

if TYPE_CHECKING:
    from safesql.guard.locks import Lock

DEFINING = frozenset({
    "ALTER", "CREATE", "DROP", "TRUNCATE", "RENAME", "REINDEX", "VACUUM", "CLUSTER", "REFRESH", "OPTIMIZE", "LOCK",
})
"""First words of the statements whose locks are worth a look."""


def blocking(verdict: Verdict, fresh: AbstractSet[Name]) -> tuple[Lock, ...]:
    """The locks that keep others waiting for long and can be avoided; ``fresh`` are tables that the script made."""
    if verdict.effect.verb.partition(" ")[0] not in DEFINING:
        return ()
    from safesql.guard.locks import locks_of

    found = locks_of(verdict.statement, verdict.effect)
    return tuple(lock for lock in found if lock.hurts and lock.instead and lock.table not in fresh)
