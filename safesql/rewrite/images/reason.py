"""Why a statement cannot be taken back exactly, as far as its text tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.rewrite.images.written_by import told
from safesql.rewrite.merging import arms
from safesql.rewrite.selection import Refusal
from safesql.sql.statement import Statement
from safesql.sql.token import Span, Token

TAKEN = frozenset({"DELETE", "UPDATE"})
ADDED = frozenset({"INSERT", "REPLACE"})
ARMS = frozenset({"ON CONFLICT DO UPDATE", "ON DUPLICATE KEY UPDATE", "REPLACE"})
"""What an INSERT does to rows that are there already."""
WRITTEN = TAKEN | ADDED | ARMS

COMES_AND_GOES = frozenset({"INSERT", "DELETE"})
"""What a row that is removed meets, and when it is put back; or the other way round."""
ALL = COMES_AND_GOES | {"UPDATE"}

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
    inside = {id(arm) for merge in root.of("MERGE") for arm in merge.parts if arm.target_at is None}
    for part in root.walk():
        if part.reach is Reach.OPAQUE:
            return "what it changes is not known"
        if part.reach is Reach.ROWS:
            reason = "" if id(part) in inside else _of_rows(part, root, statement)
            if reason:
                return reason
        elif part.reach not in (Reach.READ, Reach.SESSION, Reach.TRANSACTION):
            return f"{part.verb} cannot be taken back by restoring rows"
    for token, following in pairwise(statement.tokens):
        if token.word == "UPDATE" and following.word == "OR":
            return "UPDATE OR may remove or pass over rows that stand in its way"
    if mixed(root) and (overwrites(root) or not told(statement.dialect)):
        return "it adds rows and changes others at once"
    if inside and any(part.verb in WRITTEN and id(part) not in inside for part in root.walk()):
        return "it is a MERGE with another change inside"
    return ""


def mixed(root: Effect) -> bool:
    """Whether it adds rows in more than one place, or changes others as well."""
    adding = list(additions(root))
    taking = [part for part in root.walk() if part.verb in (*TAKEN, "MERGE") and part.target_at is not None]
    return len(adding) > 1 or bool(adding and taking)


def overwrites(root: Effect) -> bool:
    """Whether rows may be overwritten by those that it adds."""
    return any(part.verb in ARMS for part in root.walk())


def additions(root: Effect) -> Iterator[Effect]:
    """The INSERTs and REPLACEs themselves, without what they do to rows that are there."""
    return (part for part in root.walk() if part.verb in ADDED and (part is root or part.target_at is not None))


def filled_by(root: Effect, statement: Statement) -> tuple[Name, ...]:
    """The tables to which rows are added, a MERGE's among them, as the statement names them."""
    names = [part.target for part in additions(root)]
    for merge in root.of("MERGE"):
        found = arms(merge, statement)
        if not isinstance(found, Refusal) and any(arm.verb == "INSERT" for arm in found):
            names.append(merge.target)
    return tuple(name for name in names if name is not None)


def _adds(part: Effect) -> bool:
    """Whether it only adds rows, or takes none."""
    return part.verb == "INSERT" or (part.extent in (Extent.ADDED, Extent.NONE) and part.verb not in ARMS)


def _of_rows(part: Effect, root: Effect, statement: Statement) -> str:
    """Why one write cannot be taken back."""
    merges = part.verb == "MERGE" and told(statement.dialect)
    if part.verb not in TAKEN | ADDED | ARMS and not merges:
        return f"{part.verb} cannot be taken back by restoring rows"
    if part.target is None or (part.target_at is None and part.verb not in ADDED | ARMS):
        return "what it changes stands in a text of its own"
    if part.verb in ADDED and told(statement.dialect) and not overwrites(root):
        return ""
    return unforeseen(part, statement)


def unforeseen(part: Effect, statement: Statement) -> str:
    """Why the rows that a write takes, or the keys that it brings, may be others when it runs; or nothing."""
    spans = [span for span in (part.where, part.source, part.with_) if span]
    if part.verb in ADDED or part.verb == "MERGE":
        spans.append(part.at)
    found = arms(part, statement) if part.verb == "MERGE" else ()
    spared = [arm.at for arm in found] if not isinstance(found, Refusal) else []
    for token in statement.tokens:
        if token.word in VOLATILE and _within(token, spans) and not _within(token, spared):
            return f"{token.text.lower()} answers otherwise each time it is asked"
    return ""


def _within(token: Token, spans: Sequence[Span]) -> bool:
    """Whether a word stands in one of these ranges."""
    return any(span.start <= token.start < span.end for span in spans)
