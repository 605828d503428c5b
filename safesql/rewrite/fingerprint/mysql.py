"""MariaDB and MySQL: https://mariadb.com/kb/en/information-schema-tables/; foreign keys to a table are asked elsewhere.

What the server keeps of its own accord, such as AUTO_INCREMENT and the number of rows, is left out.
"""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

COLUMNS = (
    "SELECT {number}, 'columns', ordinal_position, column_name, column_type, is_nullable, column_default, "
    "concat_ws(' ', extra, collation_name, generation_expression) FROM information_schema.columns WHERE {of}"
)
KEYS = (
    "SELECT {number}, 'constraints', constraint_name, constraint_type, NULL, NULL, NULL, NULL "
    "FROM information_schema.table_constraints WHERE {of} AND constraint_type <> 'FOREIGN KEY'"
)
CHECKS = {
    "mariadb": (
        "SELECT {number}, 'constraints', constraint_name, check_clause, NULL, NULL, NULL, NULL "
        "FROM information_schema.check_constraints WHERE constraint_schema = {schema} AND table_name = {table}"
    ),
    "mysql": (
        "SELECT {number}, 'constraints', k.constraint_name, k.check_clause, NULL, NULL, NULL, NULL "
        "FROM information_schema.check_constraints k JOIN information_schema.table_constraints c "
        "ON c.constraint_schema = k.constraint_schema AND c.constraint_name = k.constraint_name "
        "WHERE c.table_schema = {schema} AND c.table_name = {table}"
    ),
}
REFERENCES = (
    "SELECT {number}, 'references', k.constraint_name, concat_ws(' ', k.ordinal_position, k.column_name), "
    "concat_ws('.', k.referenced_table_schema, k.referenced_table_name, k.referenced_column_name), r.delete_rule, "
    "r.update_rule, NULL FROM information_schema.key_column_usage k "
    "JOIN information_schema.referential_constraints r ON r.constraint_schema = k.table_schema "
    "AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name "
    "WHERE k.table_schema = {schema} AND k.table_name = {table} AND k.referenced_table_name IS NOT NULL "
    "AND r.constraint_schema = {schema} AND r.table_name = {table}"
)
INDEXES = (
    "SELECT {number}, 'indexes', index_name, concat_ws(' ', seq_in_index, non_unique), column_name, sub_part, "
    "index_type, nullable FROM information_schema.statistics WHERE {of}"
)
TRIGGERS = (
    "SELECT {number}, 'triggers', trigger_name, concat_ws(' ', action_timing, event_manipulation, action_order), "
    "md5(action_statement), sql_mode, definer, NULL FROM information_schema.triggers "
    "WHERE event_object_schema = {schema} AND event_object_table = {table}"
)
RULES = (
    "SELECT {number}, 'rules', md5(view_definition), check_option, security_type, definer, NULL, NULL "
    "FROM information_schema.views WHERE {of}"
)
STORAGE = (
    "SELECT {number}, 'storage', table_type, engine, table_collation, create_options, NULL, NULL "
    "FROM information_schema.tables WHERE {of}"
)
PARTITIONS = (
    "SELECT {number}, 'storage', concat_ws(' ', partition_ordinal_position, partition_name, subpartition_name), "
    "partition_method, partition_expression, partition_description, NULL, NULL FROM information_schema.partitions "
    "WHERE {of} AND partition_name IS NOT NULL"
)


def question(number: int, name: Name, dialect: Dialect) -> str:
    """Six cells behind number and aspect."""
    schema, table = (quote_string(part, dialect) for part in name.parts[-2:])
    checks = CHECKS["mariadb" if dialect.name == "mariadb" else "mysql"]
    parts = (COLUMNS, KEYS, checks, REFERENCES, INDEXES, TRIGGERS, RULES, STORAGE, PARTITIONS)
    of = f"table_schema = {schema} AND table_name = {table}"
    filled = (part.replace("{number}", str(number)).replace("{of}", of) for part in parts)
    return " UNION ALL ".join(part.replace("{schema}", schema).replace("{table}", table) for part in filled)
