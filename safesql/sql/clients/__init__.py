"""The clients whose rules cut scripts, by the family of servers that they talk to."""

from safesql.sql.clients import mysql, psql, sqlite
from safesql.sql.cut import Client
from safesql.sql.dialect import Family

CLIENTS: dict[Family, Client] = {
    Family.POSTGRES: psql.CLIENT,
    Family.MYSQL: mysql.CLIENT,
    Family.SQLITE: sqlite.CLIENT,
}
