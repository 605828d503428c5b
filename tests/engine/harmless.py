"""Statements that a profile that only reads runs without a question, in the order in which a session can run them."""

from __future__ import annotations

POSTGRES_HARMLESS = r"""
SELECT 1
SELECT * FROM t WHERE name LIKE '%x%' ORDER BY 1 LIMIT 5
WITH x AS (SELECT 1) SELECT * FROM x
TABLE t
VALUES (1)
SHOW ALL
SHOW search_path
EXPLAIN SELECT 1
EXPLAIN DELETE FROM t
EXPLAIN ANALYZE SELECT * FROM t
SET work_mem = '8MB'
SET statement_timeout = '5s'
SET search_path = public
SET TIME ZONE 'UTC'
SET application_name = 'x'
SET datestyle = 'ISO'
RESET work_mem
BEGIN
BEGIN READ ONLY
BEGIN ISOLATION LEVEL REPEATABLE READ
BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE
START TRANSACTION
SET TRANSACTION READ ONLY
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ
SET transaction_read_only = on
SET default_transaction_read_only = on
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
COMMIT
END
ROLLBACK
ABORT
SAVEPOINT a
ROLLBACK TO a
RELEASE a
PREPARE p AS SELECT 1
EXECUTE p
DEALLOCATE p
DEALLOCATE ALL
DECLARE c CURSOR FOR SELECT 1
FETCH 5 FROM c
CLOSE c
COPY t TO STDOUT
COPY (SELECT * FROM t) TO STDOUT WITH CSV
SELECT set_config('search_path', 'public', false)
SELECT set_config('transaction_read_only', 'on', false)
SELECT current_setting('transaction_read_only'), pg_backend_pid(), pg_size_pretty(pg_table_size('t'))
SELECT count(*), lower(name), coalesce(name, 'x') FROM t GROUP BY name
SELECT currval('s')
SELECT pg_is_in_recovery(), pg_current_wal_lsn(), txid_current_if_assigned()
SELECT * FROM pg_stat_activity
SELECT * FROM pg_locks
SELECT pg_sleep(0)
DISCARD PLANS
SELECT 'LOCK TABLE t', 'for update'
UNLISTEN *
""".strip().splitlines()

MYSQL_HARMLESS = r"""
SELECT 1
SELECT * FROM t WHERE name LIKE '%x%' ORDER BY 1 LIMIT 5
SHOW TABLES
SHOW VARIABLES LIKE 'sql_mode'
SHOW CREATE TABLE t
SHOW PROCESSLIST
DESCRIBE t
DESC t
EXPLAIN SELECT 1
EXPLAIN DELETE FROM t
ANALYZE SELECT * FROM t
SET NAMES utf8mb4
SET @x = 1
SET sql_mode = 'ANSI_QUOTES'
SET time_zone = '+00:00'
SET SESSION max_statement_time = 5
SET autocommit = 1
SET autocommit = 0
START TRANSACTION
START TRANSACTION READ ONLY
START TRANSACTION WITH CONSISTENT SNAPSHOT
SET TRANSACTION READ ONLY
SET SESSION TRANSACTION READ ONLY
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
SET tx_read_only = 1
BEGIN
COMMIT
ROLLBACK
SAVEPOINT a
ROLLBACK TO a
RELEASE SAVEPOINT a
USE mysql
SELECT 1 INTO @x
DO SLEEP(0)
DO 1
SELECT IS_FREE_LOCK('a'), IS_USED_LOCK('a')
SELECT VERSION(), DATABASE(), @@sql_mode, CONNECTION_ID(), LAST_INSERT_ID(), FOUND_ROWS(), LASTVAL(s)
PREPARE p FROM 'SELECT 1'
EXECUTE p
DEALLOCATE PREPARE p
EXECUTE IMMEDIATE 'SELECT 1'
SET STATEMENT max_statement_time = 5 FOR SELECT 1
CHECKSUM TABLE t
HELP 'x'
SELECT 'FOR UPDATE', 'GET_LOCK'
VALUES (1)
WITH x AS (SELECT 1) SELECT * FROM x
XA RECOVER
""".strip().splitlines()

SQLITE_HARMLESS = r"""
SELECT 1
SELECT * FROM t ORDER BY 1 LIMIT 5
WITH x AS (SELECT 1) SELECT * FROM x
VALUES (1)
EXPLAIN SELECT 1
EXPLAIN DELETE FROM t
EXPLAIN QUERY PLAN DELETE FROM t
PRAGMA table_info(t)
PRAGMA table_list
PRAGMA foreign_key_list(t)
PRAGMA integrity_check
PRAGMA quick_check
PRAGMA foreign_key_check
PRAGMA database_list
PRAGMA journal_mode
PRAGMA user_version
PRAGMA page_count
PRAGMA encoding
PRAGMA query_only
PRAGMA query_only = 1
PRAGMA foreign_keys
PRAGMA foreign_keys = ON
PRAGMA cache_size = 100
PRAGMA busy_timeout = 100
PRAGMA case_sensitive_like = 1
SELECT * FROM pragma_table_info('t')
SELECT * FROM sqlite_schema
BEGIN
BEGIN DEFERRED
COMMIT
END
ROLLBACK
SAVEPOINT a
ROLLBACK TO a
RELEASE a
SELECT typeof(1), quote('x'), json('1'), random(), changes(), last_insert_rowid()
""".strip().splitlines()

HARMLESS = {
    "postgres": POSTGRES_HARMLESS, "mysql": MYSQL_HARMLESS, "mariadb": MYSQL_HARMLESS, "sqlite": SQLITE_HARMLESS,
}  # fmt: skip
