"""What kind of setting a name is: one that protects, limits, reads text, finds names, or ends transactions.

PostgreSQL 18, chapter 19; MySQL 9, 7.1.8 and MariaDB, Server System Variables; SQLite, PRAGMA Statements.
"""

from __future__ import annotations

UNTIL_THE_END = "until the transaction ends"
READ_ONLY = frozenset({"transaction_read_only", "default_transaction_read_only", "tx_read_only", "query_only"})
MODES = frozenset({"sql_mode", "standard_conforming_strings", "backslash_quote"})
ROLES = frozenset({"role", "session_authorization"})
PATHS = frozenset({"search_path", "schema"})
TRANSACTIONS = frozenset({
    "autocommit", "tx_isolation", "transaction_isolation", "default_transaction_isolation", "completion_type",
    "read_uncommitted",
})
LIMITS = frozenset({
    "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout",
    "max_statement_time", "max_execution_time",
})
BELTS = frozenset({
    "sql_safe_updates", "safe_updates", "foreign_key_checks", "unique_checks", "check_constraint_checks", "sql_log_bin",
    "row_security", "innodb_strict_mode", "sql_require_primary_key", "synchronous_commit", "foreign_keys",
    "synchronous",
})
LOOSE_WHEN_ON = frozenset({
    "zero_damaged_pages", "ignore_checksum_failure", "allow_system_table_mods", "ignore_check_constraints",
    "trusted_schema",
})
OFF = frozenset({"0", "off", "false", "no", "n", "f", "of", "fa", "fal", "fals"})
ON = frozenset({"1", "on", "true", "yes", "t", "y", "tr", "tru", "ye"})


def kind_of(name: str, value: str | None) -> str:
    """The kind of giving a setting this value; None: the value is not known, and taken for one that restores.

    read-write lifts a read-only session, and a value that is not known may; belt: a protection is given up; limit:
    a time without end; mode: text is read otherwise; names: names mean other things;
    role: rights are others; transaction: what is committed
    when; setting: anything else.
    """
    plain = (value or "").strip().strip("\"'`").lower()
    if name in READ_ONLY:
        return "setting" if plain in ON else "read-write"
    if name in MODES:
        return _mode(name, plain if value is not None else None)
    if name in PATHS:
        return "names"
    if name in ROLES:
        return "role"
    if name in TRANSACTIONS:
        return "transaction"
    if name in LIMITS:
        return "limit" if value is not None and not plain.strip("0.msinhd ") else "setting"
    return "belt" if value is not None and _loose(name, plain) else "setting"


def _mode(name: str, value: str | None) -> str:
    """sql_mode without its strict part gives up a belt as well; the default of standard_conforming_strings is on."""
    if name == "sql_mode" and value is not None:
        return "mode" if "strict" in value or value in ("default", "traditional") else "belt"
    return "setting" if name != "sql_mode" and value in ON else "mode"


def _loose(name: str, value: str) -> bool:
    """Whether a belt's value is the one that protects less."""
    if name == "session_replication_role":
        return value not in ("origin", "default", "")
    if name in LOOSE_WHEN_ON:
        return value not in OFF
    return name in BELTS and value in OFF
