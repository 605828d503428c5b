"""The dialects by name: a new one is a file here and a line below."""

from safesql.sql.dialect import Dialect
from safesql.sql.dialects import mariadb, mysql, postgres, sqlite

DIALECTS: dict[str, Dialect] = {
    "postgres": postgres.DIALECT,
    "mysql": mysql.DIALECT,
    "mariadb": mariadb.DIALECT,
    "sqlite": sqlite.DIALECT,
}
