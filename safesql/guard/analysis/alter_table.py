"""ALTER TABLE, told apart action by action."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

ENGINES_THAT_KEEP = frozenset({
    "INNODB", "MYISAM", "ARIA", "ROCKSDB", "ARCHIVE", "CSV", "NDB", "NDBCLUSTER", "MERGE", "MRG_MYISAM", "COLUMNSTORE",
    "TOKUDB", "S3", "SPIDER", "MROONGA", "SEQUENCE", "XTRADB",
})
OPTIONS = frozenset({
    "AUTO_INCREMENT", "COMMENT", "DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ROW_FORMAT", "ALGORITHM", "LOCK",
    "DISABLE", "ENABLE", "ORDER", "FORCE", "WITH", "WITHOUT", "IMPORT", "PARTITION", "REMOVE", "ANALYZE", "CHECK",
    "OPTIMIZE", "REBUILD", "REPAIR", "COALESCE", "REORGANIZE", "SECONDARY_LOAD", "SECONDARY_UNLOAD", "ENCRYPTION",
    "AVG_ROW_LENGTH", "CHECKSUM", "COMPRESSION", "CONNECTION", "DATA", "DELAY_KEY_WRITE", "INDEX", "INSERT_METHOD",
    "KEY_BLOCK_SIZE", "MAX_ROWS", "MIN_ROWS", "PACK_KEYS", "PASSWORD", "STATS_AUTO_RECALC", "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES", "TABLESPACE", "UNION", "PAGE_CHECKSUM", "TRANSACTIONAL", "ENCRYPTED", "ENCRYPTION_KEY_ID",
    "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "IETF_QUOTES", "SEQUENCE", "WAIT", "NOWAIT", "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE", "SECONDARY_ENGINE_ATTRIBUTE", "AUTOEXTEND_SIZE", "START", "STORAGE",
    "VALIDATE", "CLUSTER", "SET", "RESET", "INHERIT", "NO", "OF", "NOT", "OWNER", "REPLICA", "DEPENDS", "MERGE",
    "SPLIT", "OPTIONS",
})
"""Actions and table options that keep every row and value, of all three families."""
ENGINE = frozenset({"ENGINE", "TYPE"})
COLUMN_TYPES = ("TYPE",), ("SET", "DATA", "TYPE")
NOT_COLUMNS = frozenset({
    "CONSTRAINT", "INDEX", "KEY", "FOREIGN", "CHECK", "PERIOD", "DEFAULT", "EXPRESSION", "IDENTITY", "NOT",
})
NO_NEW_COLUMNS = frozenset({
    "CONSTRAINT", "INDEX", "KEY", "FOREIGN", "CHECK", "PERIOD", "PRIMARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR",
    "PARTITION", "SYSTEM", "EXCLUDE", "GENERATED", "NOT",
})
PARTITION_LISTS = frozenset(
    {"DROP", "TRUNCATE", "DISCARD", "REORGANIZE", "ANALYZE", "CHECK", "OPTIMIZE", "REBUILD", "REPAIR", "IMPORT"}
)


def alter_table(phrase: Phrase, at: int) -> Effect:
    """The actions that follow ALTER [IGNORE] TABLE; ``at`` is the index after the word TABLE."""
    while phrase.word(at) in ("IF", "EXISTS", "ONLY"):
        at += 1
    if phrase.has(at, "ALL", "IN", "TABLESPACE"):
        return phrase.effect("ALTER TABLE", Reach.SCHEMA, None, "table")
    name, end = name_at(phrase, at)
    if name is None:
        return phrase.opaque("an ALTER TABLE that is not understood")
    if phrase.text(end) == "*":
        end += 1
    if phrase.word(end) in ("WAIT", "NOWAIT"):
        end += 2 if phrase.word(end) == "WAIT" else 1
    whole = replace(phrase.effect("ALTER TABLE", Reach.SCHEMA, name, "table"), commits=phrase.family is Family.MYSQL)
    parts = [part for action in _actions(phrase.sub(end, phrase.hi)) for part in _action(action, name)]
    if any(phrase.word(index) == "IGNORE" for index in range(phrase.lo, at)):
        note = "with IGNORE, rows that break a new unique key are dropped and values that do not fit are cut"
        parts.append(Effect("ALTER IGNORE", Reach.SCHEMA, phrase.span(), name, "table", Extent.UNKNOWN, note))
    return spread(whole, *parts)


def _actions(phrase: Phrase) -> Iterator[Phrase]:
    """The actions between commas; the commas of a list of partitions do not separate actions."""
    pieces = phrase.split()
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        index += 1
        if _lists_partitions(piece):
            while index < len(pieces) and _is_plain_name(pieces[index]):
                piece, index = phrase.sub(piece.lo, pieces[index].hi), index + 1
        yield piece


def _lists_partitions(piece: Phrase) -> bool:
    """Whether an action takes a list of partitions, or of columns to order by."""
    if piece.has(piece.lo, "ORDER", "BY"):
        return True
    return piece.word(piece.lo) in PARTITION_LISTS and piece.word(piece.lo + 1) == "PARTITION"


def _is_plain_name(piece: Phrase) -> bool:
    """A name alone, or followed by what may follow the last of a list of partitions."""
    name, end = name_at(piece, piece.lo)
    return name is not None and (end == piece.hi or piece.word(end) in ("INTO", "TABLESPACE", "ASC", "DESC"))


def _action(action: Phrase, table: Name) -> Iterator[Effect]:
    """What one action loses or renames; nothing for the harmless ones."""
    word, following = action.word(action.lo), action.word(action.lo + 1)
    match word:
        case "ADD" | "DROP":
            yield from (_add if word == "ADD" else _drop)(action, table)
        case "TRUNCATE" | "EXCHANGE" | "DISCARD" | "DETACH" | "CONVERT":
            yield _partition_or_charset(action, table)
        case "MODIFY" | "CHANGE":
            yield _cut(action, table, action.lo + 1)
        case "ALTER":
            yield from _alter_column(action, table)
        case "RENAME":
            yield from _rename(action, table)
        case "ATTACH":
            yield Effect("ATTACH PARTITION", Reach.SCHEMA, action.span(), table, "partition")
        case "SET" if following in ("SCHEMA",):
            yield Effect(
                "RENAME", Reach.SCHEMA, action.span(), table, "table", note="the table moves to another schema"
            )
        case "ORDER" | "PARTITION":
            return
        case _ if word in OPTIONS or action.text(action.lo + 1) == "=" or word in ENGINE:
            yield from _engine(action, table)
        case _:
            yield action.opaque("an action of ALTER TABLE that is not understood")


def _add(action: Phrase, table: Name) -> Iterator[Effect]:
    """ADD [COLUMN] [IF NOT EXISTS] c type; keys, constraints, partitions and lists of columns say nothing."""
    at = action.lo + 1
    named = action.word(at) == "COLUMN"
    present = action.has(at + named, "IF", "NOT", "EXISTS")
    if not named and action.word(at) in NO_NEW_COLUMNS:
        return
    column, end = name_at(action, at + named + 3 * present)
    if column is not None and end < action.hi:
        target, note = Name((*table.parts, *column.parts)), "may have been there already" if present else ""
        yield Effect("ADD COLUMN", Reach.SCHEMA, action.span(), target, "column", note=note)


def _drop(action: Phrase, table: Name) -> Iterator[Effect]:
    """DROP [COLUMN] c, DROP PARTITION p, DROP SYSTEM VERSIONING, and what holds no rows."""
    word, following = action.word(action.lo + 1), action.word(action.lo + 2)
    if word == "PARTITION" and action.family is Family.MYSQL:
        yield Effect("DROP PARTITION", Reach.SCHEMA, action.span(), table, "partition", Extent.ALL)
    elif word == "SYSTEM" and following == "VERSIONING":
        yield Effect("DROP SYSTEM VERSIONING", Reach.SCHEMA, action.span(), table, "table", Extent.ALL)
    elif word in NOT_COLUMNS or (word == "PRIMARY" and following == "KEY"):
        yield Effect(f"DROP {word}", Reach.SCHEMA, action.span(), table, word.lower())
    else:
        at = action.lo + 1 + (word == "COLUMN" and action.hi > action.lo + 2)
        while action.word(at) in ("IF", "EXISTS"):
            at += 1
        column = name_at(action, at)[0]
        cascades = "CASCADE takes what depends on it along" if action.word(action.hi - 1) == "CASCADE" else ""
        target = Name((*table.parts, *column.parts)) if column else table
        yield Effect("DROP COLUMN", Reach.SCHEMA, action.span(), target, "column", Extent.ALL, cascades)


def _partition_or_charset(action: Phrase, table: Name) -> Effect:
    """TRUNCATE, EXCHANGE, DISCARD and DETACH PARTITION, DISCARD TABLESPACE, CONVERT."""
    word, following = action.word(action.lo), action.word(action.lo + 1)
    whole = Effect(f"{word} {following}", Reach.SCHEMA, action.span(), table, "partition", Extent.ALL)
    if word == "CONVERT" and following in ("TO", "CHARACTER"):
        keeps = any(
            action.text(index).strip("'\"`").lower().startswith("utf8mb4") for index in range(action.lo, action.hi)
        )
        note = "characters that the new character set does not have are lost"
        return replace(whole, verb="CONVERT", kind="table", extent=Extent.ADDED if keeps else Extent.UNKNOWN, note=note)
    if word == "CONVERT":
        return replace(whole, verb="CONVERT PARTITION", extent=Extent.UNKNOWN, note="the rows change places")
    if word in ("EXCHANGE", "DETACH"):
        return replace(whole, extent=Extent.UNKNOWN, note="the rows change places")
    return whole


def _alter_column(action: Phrase, table: Name) -> Iterator[Effect]:
    """ALTER [COLUMN] c TYPE may cut values; defaults, constraints, indexes and statistics lose none."""
    at = action.lo + 1
    if action.word(at) in ("INDEX", "CONSTRAINT", "CHECK", "KEY") and action.kind(at + 1) in (Kind.WORD, Kind.NAME):
        return
    at += action.word(at) == "COLUMN" and action.hi > at + 2
    at += 2 * action.has(at, "IF", "EXISTS")
    _, end = name_at(action, at)
    if any(action.has(end, *words) for words in COLUMN_TYPES):
        yield _cut(action, table, at)


def _cut(action: Phrase, table: Name, at: int) -> Effect:
    """A new type for a column."""
    at += action.word(at) == "COLUMN"
    at += 2 * action.has(at, "IF", "EXISTS")
    column, _ = name_at(action, at)
    target = Name((*table.parts, *column.parts)) if column else table
    return Effect("ALTER COLUMN TYPE", Reach.SCHEMA, action.span(), target, "column", Extent.UNKNOWN)


def _rename(action: Phrase, table: Name) -> Iterator[Effect]:
    """RENAME TO, RENAME [COLUMN] a TO b; indexes and constraints are nobody's business."""
    word = action.word(action.lo + 1)
    if word in ("INDEX", "KEY", "CONSTRAINT"):
        return
    column = word == "COLUMN" or (word not in ("TO", "AS") and action.word(action.lo + 2) == "TO")
    yield Effect(
        "RENAME COLUMN" if column else "RENAME", Reach.SCHEMA, action.span(), table, "column" if column else "table"
    )


def _engine(action: Phrase, table: Name) -> Iterator[Effect]:
    """ENGINE = x among options that no comma parts: some engines keep nothing, or nothing beyond a restart."""
    at = action.find(ENGINE)
    if action.word(action.lo) == "ADD" or at == action.hi or action.family is not Family.MYSQL:
        return
    engine = action.text(at + (2 if action.text(at + 1) == "=" else 1)).strip("'\"`").upper()
    if engine not in ENGINES_THAT_KEEP:
        note = "this storage engine keeps no rows, or not for long"
        yield Effect("ENGINE", Reach.ROWS, action.span(), table, "table", Extent.ALL, note)
