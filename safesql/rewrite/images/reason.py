"""Why a statement cannot be taken back exactly, as far as its text tells."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from safesql.guard.effect import Effect, Extent, Reach
from safesql.sql.statement import Statement

TAKEN = frozenset({"DELETE", "UPDATE"})
ADDED = frozenset({"INSERT", "REPLACE"})
ARMS = frozenset({"ON CONFLICT DO UPDATE", "ON DUPLICATE KEY UPDATE", "REPLACE"})
"""What an INSERT does to rows that are there already."""

LOSING = ("TRUNCATE", "DROP TABLE", "DROP COLUMN", "DROP SCHEMA", "DROP DATABASE", "DROP PARTITION")
VOLATILE = frozenset({
    "RANDOM", "RAND", "RANDOMBLOB", "UUID", "UUID_SHORT", "SYS_GUID", "GEN_RANDOM_UUID", "UUID_GENERATE_V1",
    "UUID_GENERATE_V4", "NEXTVAL", "LASTVAL", "CURRVAL", "SETVAL", "CLOCK_TIMESTAMP", "TIMEOFDAY", "SYSDATE", "SLEEP",
    "LAST_INSERT_ID", "LAST_INSERT_ROWID", "CHANGES", "TOTAL_CHANGES", "ROW_COUNT", "FOUND_ROWS",
})  # fmt: skip
"""Functions that answer otherwise each time, so that a query finds other rows than the statement after it."""


def loses(root: Effect) -> bool:
    """Whether rows may be lost or changed by it, so that it matters whether it can be taken back."""
    return any(
        part.reach is Reach.OPAQUE or part.verb.startswith(LOSING) or (part.reach is Reach.ROWS and not _adds(part))
        for part in root.walk()
    )


def writes(root: Effect) -> bool:
    """Whether it changes rows, or may."""
    return loses(root) or any(part.reach is Reach.ROWS for part in root.walk())


def why_not(root: Effect, statement: Statement) -> str:
    """A sentence, or nothing when the rows can be found before it runs."""
    for part in root.walk():
        if part.reach is Reach.OPAQUE:
            return "what it changes is not known"
        if part.reach is Reach.ROWS:
            reason = _of_rows(part, statement)
            if reason:
                return reason
        elif part.reach not in (Reach.READ, Reach.SESSION, Reach.TRANSACTION):
            return f"{part.verb} cannot be taken back by restoring rows"
    for token, following in pairwise(statement.tokens):
        if token.word == "UPDATE" and following.word == "OR":
            return "UPDATE OR may remove or pass over rows that stand in its way"
    adding = list(additions(root))
    taking = [part for part in root.walk() if part.verb in TAKEN and part.target_at is not None]
    if len(adding) > 1 or (adding and taking):
        return "it adds rows and changes others at once"
    return ""


def additions(root: Effect) -> Iterator[Effect]:
    """The INSERTs and REPLACEs themselves, without what they do to rows that are there."""
    return (part for part in root.walk() if part.verb in ADDED and (part is root or part.target_at is not None))


def _adds(part: Effect) -> bool:
    """Whether it only adds rows, or takes none."""
    return part.verb == "INSERT" or (part.extent in (Extent.ADDED, Extent.NONE) and part.verb not in ARMS)


def _of_rows(part: Effect, statement: Statement) -> str:
    """Why one write cannot be taken back."""
    if part.verb not in TAKEN | ADDED | ARMS:
        return f"{part.verb} cannot be taken back by restoring rows"
    if part.target is None or (part.target_at is None and part.verb in TAKEN):
        return "what it changes stands in a text of its own"
    spans = [span for span in (part.where, part.source, part.with_) if span]
    if part.verb in ADDED:
        spans = [part.at]
    for token in statement.tokens:
        if token.word in VOLATILE and any(span.start <= token.start < span.end for span in spans):
            return f"{token.text.lower()} answers otherwise each time it is asked"
    return ""
