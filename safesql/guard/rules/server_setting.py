"""Settings of the whole server that give up safety."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.analysis.belts import OFF, ON
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import named
from safesql.guard.rule import Example, Hit, Rule

GUARDED = frozenset({
    "read_only", "super_read_only", "innodb_flush_log_at_trx_commit", "sync_binlog", "innodb_doublewrite",
    "sql_log_bin", "foreign_key_checks", "sql_mode", "local_infile", "init_connect", "init_replica", "init_slave",
    "event_scheduler", "binlog_format", "binlog_row_image", "expire_logs_days", "binlog_expire_logs_seconds",
    "gtid_mode", "gtid_purged", "innodb_force_recovery", "offline_mode", "require_secure_transport",
    "skip_replica_start", "sql_replica_skip_counter", "sql_slave_skip_counter", "general_log_file",
    "slow_query_log_file", "log_bin_trust_function_creators", "gtid_slave_pos", "wsrep_on", "wsrep_cluster_address",
    "innodb_redo_log_capacity", "old_passwords", "strict_password_validation", "fsync", "full_page_writes",
    "synchronous_commit", "wal_level", "archive_mode", "archive_command", "archive_library", "restore_command",
    "primary_conninfo", "synchronous_standby_names", "shared_preload_libraries", "data_directory", "hba_file",
    "ident_file", "config_file", "listen_addresses", "ssl", "password_encryption", "zero_damaged_pages",
    "ignore_checksum_failure", "session_preload_libraries", "local_preload_libraries", "allow_system_table_mods",
    "default_transaction_read_only", "session_replication_role", "recovery_target", "archive_cleanup_command",
})


SAFE = {
    **dict.fromkeys(
        ("read_only", "super_read_only", "innodb_doublewrite", "foreign_key_checks", "sql_log_bin",
         "require_secure_transport", "strict_password_validation", "fsync", "full_page_writes", "synchronous_commit",
         "default_transaction_read_only"), ON,
    ),
    **dict.fromkeys(("innodb_flush_log_at_trx_commit", "sync_binlog"), frozenset({"1"})),
    **dict.fromkeys(
        ("local_infile", "old_passwords", "zero_damaged_pages", "ignore_checksum_failure", "event_scheduler",
         "allow_system_table_mods", "log_bin_trust_function_creators"), OFF,
    ),
    "binlog_format": frozenset({"row"}),
    "binlog_row_image": frozenset({"full"}),
}
"""The values that guard most; a server that is given one of them loses nothing."""


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag SET GLOBAL, SET PERSIST and ALTER SYSTEM for what guards durability, replication, files or access."""
    for part in effect.walk():
        name = part.target.parts[-1].lower() if part.kind == "server-setting" and part.target is not None else ""
        if name in GUARDED and not _guards(name, (part.text or "").strip("\"'`").lower()):
            yield Hit(
                part.at, f"{named(part)} changes for every session", "change it in the server's configuration, reviewed"
            )


def _guards(name: str, value: str) -> bool:
    """Whether a setting gets the value that guards most; sql_mode when it stays strict."""
    return value in SAFE.get(name, ()) or (name == "sql_mode" and ("strict_" in value or value == "traditional"))


RULE = Rule(
    name="server-setting",
    why="They hold for everybody, and decide whether committed rows survive, who follows whom, who may write.",
    check=check,
    flagged=(
        Example("SET GLOBAL read_only = 0", ("mysql", "mariadb")),
        Example("SET GLOBAL innodb_flush_log_at_trx_commit = 0", ("mysql", "mariadb")),
        Example("SET GLOBAL max_connections = 500, read_only = 0", ("mysql", "mariadb")),
        Example("SET @@global.`read_only` = 0", ("mysql", "mariadb")),
        Example("ALTER SYSTEM SET fsync = off", ("postgres",)),
    ),
    passed=(
        Example("SET GLOBAL read_only = ON", ("mysql", "mariadb")),
        Example("SET GLOBAL binlog_format = 'ROW'", ("mysql", "mariadb")),
        Example("SET GLOBAL max_connections = 500", ("mysql", "mariadb")),
        Example("ALTER SYSTEM SET work_mem = '8MB'", ("postgres",)),
        Example("SET work_mem = '8MB'", ("postgres",)),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.ALLOW),
    reaches=frozenset({Reach.SERVER}),
)
