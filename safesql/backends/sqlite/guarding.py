"""What SQLite itself refuses in a session that only reads: the ways out that a read-only file leaves open."""

from __future__ import annotations

import sqlite3

DENIED = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_REINDEX, sqlite3.SQLITE_ANALYZE})
"""https://sqlite.org/c3ref/c_alter_table.html; rows and tables are kept by mode=ro and query_only, so that EXPLAIN
of a DELETE, which only prepares it, still works."""
QUIET = frozenset({
    "analysis_limit", "automatic_index", "busy_timeout", "cache_size", "cache_spill", "case_sensitive_like",
    "cell_size_check", "collation_list", "compile_options", "database_list", "defer_foreign_keys", "foreign_key_check",
    "foreign_key_list", "foreign_keys", "full_column_names", "function_list", "hard_heap_limit", "index_info",
    "index_list", "index_xinfo", "integrity_check", "mmap_size", "module_list", "pragma_list", "quick_check",
    "read_uncommitted", "recursive_triggers", "reverse_unordered_selects", "short_column_names", "shrink_memory",
    "soft_heap_limit", "stats", "table_info", "table_list", "table_xinfo", "temp_store", "threads",
})
"""Settings that may be given a value."""
ASKED = frozenset({
    "application_id", "auto_vacuum", "data_version", "encoding", "freelist_count", "ignore_check_constraints",
    "journal_mode", "journal_size_limit", "locking_mode", "max_page_count", "page_count", "page_size", "query_only",
    "schema_version", "secure_delete", "synchronous", "trusted_schema", "user_version", "wal_autocheckpoint",
})
"""Settings that may be asked for alone."""


def allowed(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    """The answer to SQLite's question while it prepares a statement: SQLITE_OK or SQLITE_DENY."""
    if action in DENIED:
        return sqlite3.SQLITE_DENY
    if action != sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK
    name, value = (first or "").lower(), second
    stays = name == "query_only" and (value or "").lower() in ("1", "on", "yes", "true")
    fine = name in QUIET or stays or (value is None and name in ASKED)
    return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY
