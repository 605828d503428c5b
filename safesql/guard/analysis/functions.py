"""Built-in functions that do more than compute: what calling them does, by name in lower case.

PostgreSQL: https://www.postgresql.org/docs/current/functions-admin.html, contrib; MySQL and MariaDB: their lists of
information, replication and file functions; SQLite: load_extension and the functions of its shell.
"""

from __future__ import annotations

from safesql.guard.effect import Reach

Deed = tuple[str, Reach, str, str]      # verb, reach, kind, note

_CONTROL = {
    "pg_terminate_backend": "ends another session, and rolls back what it was doing",
    "pg_cancel_backend": "cancels what another session is doing",
    "pg_promote": "makes a standby the primary",
    "pg_drop_replication_slot": "the slot goes, and a consumer that needs it has to start again",
    "pg_replication_origin_drop": "the progress of a replication goes",
    "pg_replication_slot_advance": "changes before the new position are never sent",
    "pg_logical_slot_get_changes": "takes changes that the consumer of the slot then never gets",
    "pg_logical_slot_get_binary_changes": "takes changes that the consumer of the slot then never gets",
    "pg_wal_replay_pause": "the standby stops following",
    "pg_import_system_collations": "changes the system catalog",
    "group_replication_set_as_primary": "changes which member takes writes",
    "group_replication_switch_to_single_primary_mode": "changes which members take writes",
    "group_replication_switch_to_multi_primary_mode": "changes which members take writes",
    "asynchronous_connection_failover_add_source": "changes the replication of the server",
    "asynchronous_connection_failover_delete_source": "changes the replication of the server",
}
_FILES = {
    "pg_read_file": "reads a file of the server",
    "pg_read_binary_file": "reads a file of the server",
    "pg_file_write": "writes a file of the server",
    "pg_file_rename": "renames a file of the server",
    "pg_file_unlink": "removes a file of the server",
    "pg_file_sync": "touches a file of the server",
    "lo_import": "reads a file of the server",
    "lo_export": "writes a file of the server",
    "load_file": "reads a file of the server",
    "writefile": "writes a file",
    "readfile": "reads a file",
    "edit": "starts an editor",
    "zipfile": "builds an archive from files",
    "fsdir": "reads a folder",
}
_PROGRAMS = {
    "load_extension": "loads code into the database",
    "sys_exec": "runs a program on the server",
    "sys_eval": "runs a program on the server",
    "sys_set": "changes the server's environment",
    "fts3_tokenizer": "takes the address of code",
}
_LOSSES = {
    "lo_unlink": "a large object goes",
    "lo_truncate": "a large object is cut",
    "lo_truncate64": "a large object is cut",
    "lowrite": "a large object is overwritten",
    "lo_put": "a large object is overwritten",
    "drop_chunks": "all rows of the chunks go",
    "add_retention_policy": "old rows go by themselves from now on",
    "drop_hypertable": "the table goes",
    "truncate_local_data_after_distributing_table": "all local rows go",
    "undistribute_table": "the table is rebuilt",
    "dropgeometrycolumn": "a column goes with its values",
    "dropgeometrytable": "a table goes with its rows",
    "run_command_on_workers": "runs a statement on other servers",
}
DEEDS: dict[str, Deed] = {
    **{name: ("CALL", Reach.SERVER, "control", note) for name, note in _CONTROL.items()},
    **{name: ("CALL", Reach.SERVER, "file", note) for name, note in _FILES.items()},
    **{name: ("CALL", Reach.SERVER, "program", note) for name, note in _PROGRAMS.items()},
    **{name: ("CALL", Reach.ROWS, "function", note) for name, note in _LOSSES.items()},
}
QUIET_WRITES: dict[str, tuple[str, Reach, str]] = {
    "setval": ("SETVAL", Reach.SCHEMA, "sequence"),
    "nextval": ("NEXTVAL", Reach.SCHEMA, "sequence"),
    "lo_create": ("CALL", Reach.SCHEMA, "large object"),
    "lo_creat": ("CALL", Reach.SCHEMA, "large object"),
    "lo_from_bytea": ("CALL", Reach.SCHEMA, "large object"),
    "pg_notify": ("NOTIFY", Reach.SERVER, "notification"),
    "pg_reload_conf": ("CALL", Reach.SERVER, "reload"),
    "pg_rotate_logfile": ("CALL", Reach.SERVER, "log"),
    "pg_switch_wal": ("CALL", Reach.SERVER, "log"),
    "pg_create_restore_point": ("CALL", Reach.SERVER, "log"),
    "pg_create_physical_replication_slot": ("CALL", Reach.SERVER, "replication"),
    "pg_create_logical_replication_slot": ("CALL", Reach.SERVER, "replication"),
    "pg_wal_replay_resume": ("CALL", Reach.SERVER, "replication"),
    "pg_log_backend_memory_contexts": ("CALL", Reach.SERVER, "log"),
    "pg_log_standby_snapshot": ("CALL", Reach.SERVER, "log"),
    "pg_logical_emit_message": ("CALL", Reach.SERVER, "replication"),
    "brin_summarize_new_values": ("CALL", Reach.SCHEMA, "maintenance"),
    "brin_summarize_range": ("CALL", Reach.SCHEMA, "maintenance"),
    "brin_desummarize_range": ("CALL", Reach.SCHEMA, "maintenance"),
    "gin_clean_pending_list": ("CALL", Reach.SCHEMA, "maintenance"),
    **dict.fromkeys((
        "pg_start_backup", "pg_stop_backup", "pg_backup_start", "pg_backup_stop",
    ), ("CALL", Reach.SERVER, "backup")),
    **dict.fromkeys((
        "pg_copy_physical_replication_slot", "pg_copy_logical_replication_slot", "pg_sync_replication_slots",
        "pg_replication_origin_create", "pg_replication_origin_session_setup", "pg_replication_origin_session_reset",
        "pg_replication_origin_advance", "pg_replication_origin_xact_setup", "pg_replication_origin_xact_reset",
    ), ("CALL", Reach.SERVER, "replication")),
    **dict.fromkeys((
        "pg_stat_reset", "pg_stat_reset_shared", "pg_stat_reset_single_table_counters", "pg_stat_reset_slru",
        "pg_stat_reset_single_function_counters", "pg_stat_reset_replication_slot", "pg_stat_reset_subscription_stats",
        "pg_stat_statements_reset", "pg_restore_relation_stats", "pg_clear_relation_stats",
        "pg_restore_attribute_stats", "pg_clear_attribute_stats",
    ), ("CALL", Reach.SERVER, "statistics")),
    **dict.fromkeys((
        "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared",
        "pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock",
        "pg_try_advisory_xact_lock_shared", "get_lock", "service_get_read_locks", "service_get_write_locks",
    ), ("CALL", Reach.SESSION, "lock")),
}  # fmt: skip
"""Change something without losing rows: quiet, but not reads."""

TEXTS = frozenset({
    "dblink", "dblink_exec", "dblink_open", "dblink_send_query", "query_to_xml", "query_to_xml_and_xmlschema",
    "query_to_xmlschema", "ts_stat", "ts_rewrite", "crosstab", "crosstab2", "crosstab3", "crosstab4", "connectby",
    "run_command_on_workers", "run_command_on_shards", "run_command_on_placements", "master_run_on_worker", "eval",
    "xpath_table", "pg_background_launch", "plan_filter",
})
"""Functions that run a statement they are given as text."""
