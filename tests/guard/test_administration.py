"""What administrators run: what takes something from others or runs later asks, what only looks or adds does not."""

from __future__ import annotations

import pytest

from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

ASKED = [
    ("postgres", "SELECT * FROM pg_logical_slot_get_changes('s', NULL, NULL)", "server-control"),
    ("postgres", "SELECT pg_catalog.pg_logical_slot_get_binary_changes('s', NULL, 10)", "server-control"),
    ("postgres", "SELECT cron.schedule('nightly', '0 3 * * *', 'delete from t')", "delete-without-where"),
    ("postgres", "SELECT cron.schedule('0 3 * * *', $$TRUNCATE t$$)", "truncate"),
    ("postgres", "SELECT cron.schedule_in_database('n', '0 3 * * *', 'drop table t', 'app')", "drop-table"),
    ("postgres", "SELECT cron.schedule(job_name => 'n', schedule => '1 second', command => 'truncate t')", "truncate"),
    ("postgres", "SELECT cron.alter_job(7, '0 3 * * *', 'update t set a = 1')", "update-without-where"),
    ("postgres", "SELECT cron.alter_job(7, command := 'truncate t')", "truncate"),
    ("postgres", "SELECT cron.schedule('n', '* * * * *', command) FROM jobs", "dynamic-sql"),
    ("postgres", 'SELECT "cron".schedule(\'n\', \'* * * * *\', \'truncate t\')', "truncate"),
    ("postgres", "SELECT add_retention_policy('conditions', INTERVAL '6 months')", "function-loss"),
    ("mysql", "RESET PERSIST", "server-control"),
    ("mysql", "RESET PERSIST read_only", "server-setting"),
    ("mysql", "RESET PERSIST IF EXISTS `super_read_only`", "server-setting"),
    ("mysql", "SET PERSIST_ONLY read_only = OFF", "server-setting"),
    ("mariadb", "CREATE OR REPLACE USER a@localhost IDENTIFIED BY 'x'", "drop-definition"),
    ("mariadb", "CREATE OR REPLACE ROLE r", "drop-definition"),
    ("mariadb", "CREATE OR REPLACE SEQUENCE s START WITH 1", "drop-definition"),
    ("mariadb", "CREATE OR REPLACE TABLE t LIKE u", "drop-table"),
]
PASSED = [
    ("postgres", "SELECT * FROM pg_logical_slot_peek_changes('s', NULL, NULL)"),
    ("postgres", "SELECT cron.schedule('0 3 * * *', 'VACUUM')"),
    ("postgres", "SELECT cron.schedule('n', '30 seconds', $$DELETE FROM t WHERE at < now() - interval '7 days'$$)"),
    ("postgres", "SELECT cron.schedule_in_database('n', '0 3 * * *', 'ANALYZE t', 'app', 'bob', true)"),
    ("postgres", "SELECT cron.alter_job(7, active := false)"),
    ("postgres", "SELECT cron.unschedule('nightly')"),
    ("postgres", "SELECT schedule('a', 'delete from t') FROM mine"),
    ("mysql", "RESET PERSIST max_connections"),
    ("mysql", "SET PERSIST max_connections = 500"),
    ("mariadb", "CREATE OR REPLACE VIEW v AS SELECT 1"),
    ("mariadb", "CREATE OR REPLACE TEMPORARY TABLE t (a int)"),
    ("mariadb", "CREATE USER IF NOT EXISTS a@localhost"),
]


@pytest.mark.parametrize(("dialect", "text", "rule"), ASKED)
def test_what_others_lose_or_what_runs_later_is_asked_about(dialect: str, text: str, rule: str) -> None:
    assert rule in judge(Statement(text, DIALECTS[dialect]), Policy()).rules


@pytest.mark.parametrize(("dialect", "text"), PASSED)
def test_what_looks_or_adds_is_not(dialect: str, text: str) -> None:
    assert judge(Statement(text, DIALECTS[dialect]), Policy()).rules == ()
