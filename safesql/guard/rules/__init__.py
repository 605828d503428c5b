"""The registry of rules: a list, so that what runs is visible in a diff."""

from __future__ import annotations

from safesql.errors import UsageError
from safesql.guard.rule import Rule
from safesql.guard.rules import (
    alter_may_cut_values,
    belt_loosened,
    blocks_big_table,
    change_freeze,
    delete_without_where,
    drop_cascade,
    drop_column,
    drop_container,
    drop_definition,
    drop_table,
    dynamic_sql,
    engine_keeps_no_rows,
    file_or_program_access,
    foreign_key_mismatch,
    function_loss,
    history_loss,
    log_loss,
    meaning_changed,
    no_undo,
    no_way_back,
    opaque_statement,
    over_confirm_rows,
    over_max_percent,
    over_max_rows,
    partition_loss,
    protected_table,
    queues_behind_transaction,
    read_only_profile,
    rename,
    replica_refuses_writes,
    role_changed,
    risky_pragma,
    server_control,
    server_setting,
    system_table_write,
    truncate,
    unknown_routine,
    unterminated_input,
    update_without_where,
    upsert_all,
)

RULES: tuple[Rule, ...] = (
    delete_without_where.RULE,
    update_without_where.RULE,
    upsert_all.RULE,
    truncate.RULE,
    drop_table.RULE,
    drop_container.RULE,
    drop_column.RULE,
    drop_cascade.RULE,
    drop_definition.RULE,
    partition_loss.RULE,
    history_loss.RULE,
    alter_may_cut_values.RULE,
    engine_keeps_no_rows.RULE,
    rename.RULE,
    opaque_statement.RULE,
    dynamic_sql.RULE,
    unknown_routine.RULE,
    unterminated_input.RULE,
    server_control.RULE,
    log_loss.RULE,
    file_or_program_access.RULE,
    function_loss.RULE,
    server_setting.RULE,
    system_table_write.RULE,
    risky_pragma.RULE,
    belt_loosened.RULE,
    meaning_changed.RULE,
    protected_table.RULE,
    read_only_profile.RULE,
    change_freeze.RULE,
    replica_refuses_writes.RULE,
    role_changed.RULE,
    over_max_rows.RULE,
    over_max_percent.RULE,
    no_way_back.RULE,
    no_undo.RULE,
    over_confirm_rows.RULE,
    foreign_key_mismatch.RULE,
    blocks_big_table.RULE,
    queues_behind_transaction.RULE,
)


def rule(name: str) -> Rule:
    """The rule of this name; raises UsageError for a name that no rule has."""
    for known in RULES:
        if known.name == name:
            return known
    raise UsageError(f"there is no rule {name}; 'safesql rules' lists them all")
