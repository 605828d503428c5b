"""Statements that a profile that only reads refuses, since its server lets them pass or they lift what holds it."""

from __future__ import annotations

POSTGRES_HOLES = r"""
INSERT INTO t VALUES (9)
COPY t TO '/tmp/x'
COPY t TO PROGRAM 'cat > /tmp/x'
COPY (SELECT 1) TO PROGRAM 'cat'
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
SELECT pg_switch_wal()
SELECT pg_promote()
SELECT pg_create_restore_point('x')
SELECT pg_start_backup('x')
SELECT pg_backup_start('x')
SELECT pg_backup_stop()
SELECT pg_create_physical_replication_slot('x')
SELECT pg_drop_replication_slot('x')
SELECT pg_logical_emit_message(true, 'a', 'b')
SELECT pg_logical_slot_get_changes('x', NULL, NULL)
SELECT pg_replication_origin_create('x')
SELECT pg_replication_origin_session_setup('x')
SELECT pg_stat_reset()
SELECT pg_stat_reset_shared('bgwriter')
SELECT pg_stat_reset_single_table_counters(1)
SELECT pg_stat_statements_reset()
SELECT pg_log_backend_memory_contexts(1)
SELECT pg_notify('a','b')
SELECT set_config('transaction_read_only','off',false)
SELECT set_config('default_transaction_read_only','off',false)
SELECT set_config('TRANSACTION_READ_ONLY','off',false)
SELECT set_config('transaction_' || 'read_only','off',false)
SELECT pg_catalog.set_config('transaction_read_only','off',false)
SET transaction_read_only = off
SET SESSION transaction_read_only = off
SET LOCAL transaction_read_only TO off
SET default_transaction_read_only = off
SET default_transaction_read_only TO DEFAULT
SET "default_transaction_read_only" = off
RESET default_transaction_read_only
RESET ALL
DISCARD ALL
RESET transaction_read_only
BEGIN READ WRITE
BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE
START TRANSACTION READ WRITE
SET TRANSACTION READ WRITE
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
SET ROLE postgres
RESET ROLE
SET SESSION AUTHORIZATION DEFAULT
RESET SESSION AUTHORIZATION
UPDATE pg_settings SET setting = 'off' WHERE name = 'transaction_read_only'
ALTER SYSTEM SET work_mem = '8MB'
ALTER SYSTEM RESET ALL
CHECKPOINT
VACUUM
VACUUM t
VACUUM ANALYZE t
ANALYZE
ANALYZE t
CLUSTER
REINDEX TABLE t
NOTIFY c
NOTIFY c, 'x'
LOCK t
LOCK TABLE t IN ACCESS EXCLUSIVE MODE
SELECT * FROM t FOR UPDATE
SELECT * FROM t FOR SHARE
SELECT pg_advisory_lock(1)
SELECT pg_advisory_xact_lock(1)
SELECT pg_try_advisory_lock(1)
SELECT pg_try_advisory_xact_lock_shared(1)
SELECT lo_create(0)
SELECT lo_creat(-1)
SELECT lo_import('/etc/passwd')
SELECT lo_export(1,'/tmp/x')
SELECT lo_from_bytea(0,'x')
SELECT lo_put(1,0,'x')
SELECT lo_unlink(1)
SELECT lowrite(0,'x')
SELECT lo_truncate(0,0)
SELECT nextval('s')
SELECT setval('s',4)
SELECT pg_read_file('/etc/passwd')
CREATE TEMP TABLE x (a int)
CREATE TEMPORARY SEQUENCE sq
CREATE TABLE x (a int)
CREATE VIEW v AS SELECT 1
SELECT 1 AS a INTO x
SELECT 1 AS a INTO TEMP x
CREATE TEMP TABLE x AS SELECT 1
DO $$ BEGIN PERFORM set_config('transaction_read_only', 'off', false); INSERT INTO t VALUES (9); END $$
DO $$ BEGIN SET transaction_read_only = off; END $$
CALL p()
WITH d AS (DELETE FROM t RETURNING 1) SELECT * FROM d
EXPLAIN ANALYZE DELETE FROM t WHERE id = 1
EXPLAIN ANALYZE SELECT pg_terminate_backend(1)
LOAD 'auto_explain'
PREPARE TRANSACTION 'x'
COMMIT PREPARED 'x'
REFRESH MATERIALIZED VIEW mv
GRANT SELECT ON t TO public
COMMENT ON TABLE t IS 'x'
SECURITY LABEL ON TABLE t IS 'x'
SELECT dblink_exec('dbname=x', 'DELETE FROM t')
SELECT query_to_xml('DELETE FROM t RETURNING 1', true, true, '')
COPY t FROM STDIN
COPY t FROM PROGRAM 'cat'
IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c
REASSIGN OWNED BY a TO b
SELECT currval('s'), nextval('s')
TABLE t FOR UPDATE
VALUES (nextval('s'))
SELECT pg_wal_replay_pause()
SELECT pg_file_write('a','b',true)
""".strip().splitlines()

MYSQL_HOLES = r"""
INSERT INTO t VALUES (9)
START TRANSACTION READ WRITE
START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE
SET SESSION TRANSACTION READ WRITE
SET TRANSACTION READ WRITE
SET @@session.transaction_read_only = 0
SET tx_read_only = 0
SET tx_read_only = OFF
SET @@tx_read_only = DEFAULT
SET LOCAL tx_read_only = 0
SET @@session.`tx_read_only` = 0
SET @@`tx_read_only` = 0
SET @@session . tx_read_only = 0
SET `tx_read_only` = 0
SET transaction_read_only = @x
SET SESSION transaction_read_only := 0
SET autocommit = 1, tx_read_only = 0
SET STATEMENT tx_read_only = 0 FOR DELETE FROM t
SET STATEMENT tx_read_only = 0 FOR SELECT 1
/*!50000 SET tx_read_only = 0 */
SET /*!50000 SESSION TRANSACTION READ WRITE */
SET GLOBAL max_connections = 99
SET GLOBAL read_only = 0
SET @@global.max_connections = 99
SET PERSIST max_connections = 99
SET PASSWORD = 'x'
SET ROLE r
SET ROLE NONE
SET DEFAULT ROLE r
KILL 1
KILL QUERY 1
FLUSH TABLES
FLUSH STATUS
FLUSH TABLES WITH READ LOCK
FLUSH PRIVILEGES
FLUSH BINARY LOGS
PURGE BINARY LOGS TO 'x'
RESET MASTER
RESET QUERY CACHE
SELECT 1 INTO OUTFILE '/tmp/x'
SELECT 1 INTO DUMPFILE '/tmp/x'
SELECT load_file('/etc/passwd')
SELECT GET_LOCK('a', 1)
DO GET_LOCK('a', 1)
SELECT * FROM t FOR UPDATE
SELECT * FROM t LOCK IN SHARE MODE
SELECT * FROM t FOR SHARE
LOCK TABLES t READ
LOCK TABLES t WRITE
UNLOCK TABLES
ANALYZE TABLE t
OPTIMIZE TABLE t
CHECK TABLE t
REPAIR TABLE t
CACHE INDEX t IN hot
LOAD INDEX INTO CACHE t
CREATE TEMPORARY TABLE x (a int)
DROP TEMPORARY TABLE x
CREATE TABLE x (a int)
DROP TABLE t
TRUNCATE t
CALL p()
INSTALL SONAME 'x'
BACKUP STAGE START
XA START 'x'
XA COMMIT 'x'
EXECUTE IMMEDIATE 'DELETE FROM t'
EXECUTE IMMEDIATE 'SET tx_read_only = 0'
BEGIN NOT ATOMIC SET tx_read_only = 0; DELETE FROM t; END
SELECT NEXTVAL(s)
SELECT NEXT VALUE FOR s
SELECT SETVAL(s, 4)
SELECT LASTVAL(s), NEXTVAL(s)
SELECT BENCHMARK(1, GET_LOCK('a',0))
SELECT sys_exec('x')
LOAD DATA INFILE '/tmp/x' INTO TABLE t
ANALYZE DELETE FROM t WHERE id = 1
SHUTDOWN
STOP SLAVE
RENAME TABLE t TO u
BINLOG 'x'
GRANT SELECT ON *.* TO x
CHANGE MASTER TO MASTER_HOST = 'x'
""".strip().splitlines()

SQLITE_HOLES = r"""
INSERT INTO t VALUES (9)
PRAGMA query_only = 0
PRAGMA query_only(0)
PRAGMA main.query_only = OFF
PRAGMA query_only = 'no'
PRAGMA writable_schema = 1
PRAGMA user_version = 4
PRAGMA application_id = 4
PRAGMA journal_mode = WAL
PRAGMA journal_mode = DELETE
PRAGMA journal_mode(TRUNCATE)
PRAGMA wal_checkpoint
PRAGMA wal_checkpoint(TRUNCATE)
PRAGMA optimize
PRAGMA incremental_vacuum
PRAGMA auto_vacuum = 1
PRAGMA page_size = 4096
PRAGMA encoding = 'UTF-16'
PRAGMA schema_version = 4
PRAGMA secure_delete = 1
PRAGMA default_cache_size = 4
PRAGMA temp_store_directory = '/tmp'
PRAGMA locking_mode = EXCLUSIVE
PRAGMA key = 'x'
PRAGMA max_page_count = 4
PRAGMA journal_size_limit = 4
ATTACH 'x.db' AS x
ATTACH DATABASE ':memory:' AS x
VACUUM
VACUUM INTO '/tmp/x.db'
REINDEX
REINDEX t
ANALYZE
ANALYZE t
CREATE TEMP TABLE x (a)
CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END
CREATE TEMP VIEW x AS SELECT 1
CREATE TABLE x (a)
DROP TABLE t
BEGIN IMMEDIATE
BEGIN EXCLUSIVE
SELECT load_extension('x')
SELECT writefile('x', 'y')
SELECT edit('x')
SELECT fts3_tokenizer('x', 'y')
WITH x AS (SELECT 1) DELETE FROM t
REPLACE INTO t VALUES (1)
""".strip().splitlines()

HOLES = {"postgres": POSTGRES_HOLES, "mysql": MYSQL_HOLES, "mariadb": MYSQL_HOLES, "sqlite": SQLITE_HOLES}
