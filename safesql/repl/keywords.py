"""Keywords worth completing, by family: what people type, not all that a grammar knows."""

from __future__ import annotations

from safesql.sql.dialect import Family

OPENING = (
    "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "WITH", "EXPLAIN", "CREATE TABLE", "CREATE INDEX",
    "CREATE VIEW", "ALTER TABLE", "DROP TABLE", "DROP VIEW", "DROP INDEX", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT",
    "RELEASE", "ANALYZE", "VALUES",
)  # fmt: skip
"""How statements begin."""

COMMON = (
    "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "IS NULL", "IS NOT NULL", "LIKE", "BETWEEN", "EXISTS",
    "JOIN", "LEFT JOIN", "INNER JOIN", "CROSS JOIN", "ON", "USING", "GROUP BY", "ORDER BY", "HAVING", "LIMIT",
    "OFFSET", "AS", "DISTINCT", "UNION", "UNION ALL", "INTERSECT", "EXCEPT", "SET", "VALUES", "DEFAULT", "NULL",
    "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "ASC", "DESC", "INTO", "PRIMARY KEY", "FOREIGN KEY", "REFERENCES",
    "UNIQUE", "CHECK", "CONSTRAINT", "CASCADE", "ADD COLUMN", "DROP COLUMN", "RENAME TO", "COLUMN", "TABLE", "INDEX",
    "VIEW", "IF EXISTS", "IF NOT EXISTS", "TEMPORARY", "TRIGGER", "OVER", "PARTITION BY", "ROWS", "COALESCE", "COUNT",
    "SUM", "AVG", "MIN", "MAX", "NULLIF", "CURRENT_TIMESTAMP", "CURRENT_DATE", "TRUE", "FALSE", "TRANSACTION",
    "RECURSIVE",
)  # fmt: skip

_MORE: dict[Family, tuple[str, ...]] = {
    Family.POSTGRES: (
        "RETURNING", "ILIKE", "SIMILAR TO", "FULL JOIN", "LATERAL", "ON CONFLICT", "DO NOTHING", "DO UPDATE SET",
        "COPY", "TRUNCATE", "VACUUM", "REINDEX", "MERGE INTO", "MATERIALIZED VIEW", "REFRESH MATERIALIZED VIEW",
        "CONCURRENTLY", "GRANT", "REVOKE", "EXTENSION", "FUNCTION", "SCHEMA", "SEQUENCE", "TYPE", "LISTEN", "NOTIFY",
        "LOCK TABLE", "FOR UPDATE", "SKIP LOCKED", "SHOW", "SET LOCAL", "NULLS LAST", "NULLS FIRST", "FILTER",
        "INTERVAL", "ARRAY", "EXPLAIN ANALYZE", "GENERATED ALWAYS AS IDENTITY", "FETCH", "ONLY", "TABLESAMPLE",
    ),
    Family.MYSQL: (
        "REPLACE INTO", "ON DUPLICATE KEY UPDATE", "SHOW TABLES", "SHOW DATABASES", "SHOW CREATE TABLE",
        "SHOW INDEX FROM", "SHOW PROCESSLIST", "SHOW VARIABLES LIKE", "SHOW STATUS", "SHOW WARNINGS", "DESCRIBE",
        "USE", "TRUNCATE TABLE", "ENGINE", "AUTO_INCREMENT", "UNSIGNED", "CHARACTER SET", "COLLATE", "REGEXP",
        "RLIKE", "STRAIGHT_JOIN", "FORCE INDEX", "FOR UPDATE", "LOCK IN SHARE MODE", "START TRANSACTION", "GRANT",
        "REVOKE", "PROCEDURE", "FUNCTION", "CALL", "DELIMITER", "MODIFY COLUMN", "CHANGE COLUMN", "IFNULL", "CONCAT",
        "NOW", "INTERVAL", "KILL", "OPTIMIZE TABLE", "CHECK TABLE", "XOR", "DIV",
    ),
    Family.SQLITE: (
        "RETURNING", "REPLACE INTO", "INSERT OR IGNORE INTO", "INSERT OR REPLACE INTO", "ON CONFLICT", "DO NOTHING",
        "DO UPDATE SET", "PRAGMA", "ATTACH DATABASE", "DETACH DATABASE", "VACUUM", "REINDEX", "GLOB", "REGEXP",
        "WITHOUT ROWID", "AUTOINCREMENT", "COLLATE NOCASE", "EXPLAIN QUERY PLAN", "STRICT", "INDEXED BY", "FULL JOIN",
    ),
}  # fmt: skip

FOLLOWS: dict[str, tuple[str, ...]] = {
    "ORDER": ("BY",), "GROUP": ("BY",), "INSERT": ("INTO",), "DELETE": ("FROM",), "MERGE": ("INTO",),
    "IS": ("NULL", "NOT NULL", "DISTINCT FROM", "TRUE", "FALSE"), "INNER": ("JOIN",), "CROSS": ("JOIN",),
    "LEFT": ("JOIN", "OUTER JOIN"), "RIGHT": ("JOIN", "OUTER JOIN"), "FULL": ("JOIN", "OUTER JOIN"), "OUTER": ("JOIN",),
    "PRIMARY": ("KEY",), "FOREIGN": ("KEY",), "CREATE": (
        "TABLE", "INDEX", "UNIQUE INDEX", "VIEW", "TEMPORARY TABLE", "TRIGGER", "FUNCTION", "PROCEDURE", "DATABASE",
        "SCHEMA", "ROLE", "USER", "OR REPLACE VIEW", "OR REPLACE FUNCTION", "EXTENSION", "SEQUENCE", "TYPE",
    ), "DROP": (
        "TABLE", "INDEX", "VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "DATABASE", "SCHEMA", "COLUMN", "CONSTRAINT",
        "SEQUENCE", "TYPE", "ROLE", "USER",
    ),
}  # fmt: skip
"""Words of which only few can be the next."""

SETTINGS_AFTER = frozenset({"SET", "SHOW", "RESET"})
"""First words behind which a setting can stand."""

RESERVED = frozenset({
    "ALL", "ALTER", "AND", "ANY", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "CHECK", "COLLATE", "COLUMN",
    "CONSTRAINT", "CREATE", "CROSS", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DATABASE",
    "DEFAULT", "DELETE", "DESC", "DISTINCT", "DO", "DROP", "ELSE", "END", "EXCEPT", "EXISTS", "FALSE", "FETCH", "FOR",
    "FOREIGN", "FROM", "FULL", "GRANT", "GROUP", "HAVING", "IF", "IN", "INDEX", "INNER", "INSERT", "INTERSECT",
    "INTO", "IS", "JOIN", "KEY", "KEYS", "LEFT", "LIKE", "LIMIT", "LOCK", "MATCH", "NATURAL", "NOT", "NULL", "OF",
    "OFFSET", "ON", "ONLY", "OPTION", "OR", "ORDER", "OUTER", "OVER", "PARTITION", "PRIMARY", "PROCEDURE", "RANGE",
    "RANK", "READ", "REFERENCES", "RENAME", "REPLACE", "RETURNING", "RIGHT", "ROW", "ROWS", "SCHEMA", "SELECT",
    "SESSION_USER", "SET", "SHOW", "SOME", "TABLE", "THEN", "TO", "TRANSACTION", "TRIGGER", "TRUE", "UNION", "UNIQUE",
    "UPDATE", "USER", "USING", "VALUES", "VIEW", "WHEN", "WHERE", "WINDOW", "WITH", "WRITE",
})  # fmt: skip
"""Words that some server does not take as a name without quotes; one quoted too often does no harm."""


def keywords(family: Family) -> tuple[str, ...]:
    """Common ones first, then the family's own."""
    return COMMON + _MORE[family]
