"""SQLite's PRAGMA, ATTACH and DETACH: https://sqlite.org/pragma.html."""

from __future__ import annotations

from safesql.guard.analysis.belts import kind_of
from safesql.guard.analysis.literal import string
from safesql.guard.analysis.names import plain
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect, Name, Reach
from safesql.slotted import replace
from safesql.sql.token import Kind

READS = frozenset({
    "application_id", "auto_vacuum", "busy_timeout", "cache_size", "collation_list", "compile_options", "data_version",
    "database_list", "encoding", "foreign_key_check", "foreign_key_list", "freelist_count", "function_list",
    "index_info", "index_list", "index_xinfo", "integrity_check", "journal_mode", "module_list", "page_count",
    "page_size", "pragma_list", "quick_check", "schema_version", "stats", "table_info", "table_list", "table_xinfo",
    "user_version",
})
SESSION = frozenset({
    "analysis_limit", "automatic_index", "busy_timeout", "cache_size", "cache_spill", "case_sensitive_like",
    "cell_size_check", "checkpoint_fullfsync", "count_changes", "defer_foreign_keys", "empty_result_callbacks",
    "foreign_keys", "full_column_names", "fullfsync", "hard_heap_limit", "ignore_check_constraints",
    "legacy_alter_table", "legacy_file_format", "locking_mode", "mmap_size", "query_only", "read_uncommitted",
    "recursive_triggers", "reverse_unordered_selects", "short_column_names", "shrink_memory", "soft_heap_limit",
    "synchronous", "temp_store", "threads", "trusted_schema", "wal_autocheckpoint", "parser_trace", "vdbe_addoptrace",
    "vdbe_debug", "vdbe_listing", "vdbe_trace", "temp_store_directory", "data_store_directory",
})
DATABASE = frozenset({
    "application_id", "auto_vacuum", "encoding", "incremental_vacuum", "journal_mode", "journal_size_limit",
    "max_page_count", "optimize", "page_size", "secure_delete", "user_version", "wal_checkpoint", "default_cache_size",
})
RISKY = {
    "writable_schema": "the schema table can be written to, which can destroy every table",
    "schema_version": "the wrong number corrupts the database",
    "rekey": "the database gets another key",
    "hexrekey": "the database gets another key",
    "key": "the database is read with another key",
    "temp_store_directory": "files go to another folder",
}
OFF = frozenset({"0", "off", "no", "false"})


def pragma(phrase: Phrase) -> Effect:
    """PRAGMA [schema.]name [= value | (value)]."""
    at = phrase.lo + 1
    if phrase.kind(at + 1) is Kind.DOT:
        at += 2
    if phrase.kind(at) not in (Kind.WORD, Kind.NAME):
        return phrase.opaque("a PRAGMA that is not understood")
    name = plain(phrase.code.tokens[at], phrase.family).lower()
    value = _value(phrase, at + 1)
    if not value:
        return phrase.effect("PRAGMA", Reach.READ if name not in DATABASE - READS else Reach.SCHEMA, Name((name,)))
    return _written(phrase, name, value)


def _value(phrase: Phrase, at: int) -> str:
    """What it is set to, lower case; empty when it is only asked for."""
    if phrase.text(at) == "=" or phrase.kind(at) is Kind.OPEN:
        return phrase.text(at + 1).strip("'\"").lower() or "-"
    return ""


def _written(phrase: Phrase, name: str, value: str) -> Effect:
    """A pragma with a value."""
    if name in RISKY and not (name == "writable_schema" and value in (*OFF, "reset")):
        return replace(phrase.effect("PRAGMA", Reach.SERVER, Name((name,)), "risky-pragma"), note=RISKY[name])
    if name == "journal_mode" and value == "off":
        note = "without a journal a failed statement leaves the database corrupt"
        return replace(phrase.effect("PRAGMA", Reach.SERVER, Name((name,)), "risky-pragma"), note=note)
    if name in SESSION:
        return phrase.effect("PRAGMA", Reach.SESSION, Name((name,)), _kind(name, value))
    if name in READS - DATABASE:
        return phrase.effect("PRAGMA", Reach.READ, Name((name,)))
    if name in DATABASE or name == "writable_schema":
        return phrase.effect("PRAGMA", Reach.SCHEMA, Name((name,)))
    return phrase.opaque(f"PRAGMA {name} is not known")


def _kind(name: str, value: str) -> str:
    """The kind of a setting of the session; a lock that is never given back is one."""
    return "lock" if name == "locking_mode" and value == "exclusive" else kind_of(name, value)


def attach(phrase: Phrase) -> Effect:
    """ATTACH [DATABASE] 'file' AS name: another file joins the session."""
    at = phrase.lo + 1
    at += phrase.word(at) == "DATABASE"
    file = string(phrase.text(at), phrase.dialect) if phrase.kind(at) is Kind.STRING else None
    return phrase.effect("ATTACH", Reach.SESSION, Name((file,)) if file else None, "database")


def detach(phrase: Phrase) -> Effect:
    """DETACH [DATABASE] name."""
    return phrase.effect("DETACH", Reach.SESSION, None, "database")
