"""Settings that protect, limit, read text, find names, change rights or end transactions are effects of their own."""

from __future__ import annotations

import pytest

from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

KINDS = (
    ("mysql", "SET sql_safe_updates = 0", "belt", "sql_safe_updates"),
    ("mysql", "SET @@SESSION.`foreign_key_checks` = OFF", "belt", "foreign_key_checks"),
    ("mysql", "SET @@`unique_checks` = 0", "belt", "unique_checks"),
    ("mysql", "SET @x = 1, @@session . unique_checks := 0", "belt", "unique_checks"),
    ("mysql", "SET unique_checks=0", "belt", "unique_checks"),
    ("mysql", "SET SQL_LOG_BIN = 0", "belt", "sql_log_bin"),
    ("mysql", "SET sql_mode = ''", "belt", "sql_mode"),
    ("mysql", "SET sql_mode = 'STRICT_TRANS_TABLES,ANSI_QUOTES'", "mode", "sql_mode"),
    ("mysql", "SET sql_mode = CONCAT(@@sql_mode, ',ANSI')", "mode", "sql_mode"),
    ("mysql", "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */", "mode", "sql_mode"),
    ("mysql", "SET tx_isolation = 'READ-COMMITTED'", "transaction", "tx_isolation"),
    ("mysql", "SET autocommit = 0", "transaction", "autocommit"),
    ("mysql", "SET tx_read_only = 0", "read-write", "tx_read_only"),
    ("mysql", "SET tx_read_only = ON", "setting", "tx_read_only"),
    ("mysql", "SET max_execution_time = 0", "limit", "max_execution_time"),
    ("mysql", "SET ROLE app", "role", "app"),
    ("mysql", "USE app", "database", "app"),
    ("postgres", "SET session_replication_role = replica", "belt", "session_replication_role"),
    ("postgres", "SET session_replication_role TO DEFAULT", "setting", "session_replication_role"),
    ("postgres", "SET row_security = off", "belt", "row_security"),
    ("postgres", "SET statement_timeout = 0", "limit", "statement_timeout"),
    ("postgres", "SET lock_timeout = '0s'", "limit", "lock_timeout"),
    ("postgres", "SET lock_timeout = '3s'", "setting", "lock_timeout"),
    ("postgres", "SET LOCAL standard_conforming_strings TO off", "mode", "standard_conforming_strings"),
    ("postgres", "SET search_path = a, b", "names", "search_path"),
    ("postgres", "SET SCHEMA 'app'", "names", "search_path"),
    ("postgres", "RESET search_path", "names", "search_path"),
    ("postgres", "SET ROLE app", "role", "app"),
    ("postgres", "SET SESSION AUTHORIZATION 'app'", "role", "app"),
    ("postgres", "RESET ROLE", "role", None),
    ("postgres", "SET default_transaction_read_only = on", "setting", "default_transaction_read_only"),
    ("postgres", "SET default_transaction_read_only TO DEFAULT", "read-write", "default_transaction_read_only"),
    ("postgres", "DISCARD ALL", "read-write", "all"),
    ("postgres", "SET default_transaction_isolation = 'serializable'", "transaction", "default_transaction_isolation"),
    ("sqlite", "PRAGMA foreign_keys = 0", "belt", "foreign_keys"),
    ("sqlite", "PRAGMA ignore_check_constraints(1)", "belt", "ignore_check_constraints"),
    ("sqlite", "PRAGMA trusted_schema = ON", "belt", "trusted_schema"),
    ("sqlite", "PRAGMA query_only = OFF", "read-write", "query_only"),
    ("sqlite", "PRAGMA writable_schema = ON", "risky-pragma", "writable_schema"),
)  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "kind", "target"), KINDS)
def test_a_setting_has_a_kind_and_a_name(dialect: str, text: str, kind: str, target: str | None) -> None:
    effect = judge(Statement(text, DIALECTS[dialect]), Policy()).effect
    found = [(part.kind, str(part.target) if part.target else None) for part in effect.walk()]
    assert (kind, target) in found


@pytest.mark.parametrize("name", ["session_replication_role", "row_security", "search_path", "role"])
def test_set_config_is_a_set(name: str) -> None:
    value = {"session_replication_role": "replica", "row_security": "off"}.get(name, "app")
    effects = [
        {(part.kind, part.reach) for part in judge(Statement(text, DIALECTS["postgres"]), Policy()).effect.walk()}
        for text in (f"SET {name} = '{value}'", f"SELECT pg_catalog.set_config('{name.upper()}', '{value}', false)")
    ]
    assert effects[0] <= effects[1]


@pytest.mark.parametrize(
    ("dialect", "text"),
    [case[:2] for case in KINDS if case[2] in ("belt", "limit", "mode", "names", "role", "transaction")],
)
def test_dumps_begin_with_them_so_they_pass_and_a_policy_can_stop_them(dialect: str, text: str) -> None:
    statement = Statement(text, DIALECTS[dialect])
    assert judge(statement, Policy()).action is Action.ALLOW
    raised = Policy(floor={"belt-loosened": Action.BLOCK, "meaning-changed": Action.BLOCK})
    assert judge(statement, raised).action is Action.BLOCK
