"""A count says how many rows the statement then touches: both are run, on real servers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pymysql
import pytest
from pymysql.constants import CLIENT

from safesql.guard.analysis import effect_of
from safesql.rewrite.count import Count, counts
from safesql.rewrite.sample import sample
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement
from safesql.target import Target

SCHEMA = """
CREATE TABLE customers (id integer PRIMARY KEY, city varchar(20), name varchar(20));
CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, status varchar(20), total integer, note varchar(20));
CREATE TABLE archive (id integer, customer_id integer, status varchar(20), total integer, note varchar(20));
CREATE TABLE odd ("order id" integer, "a""b" integer);
INSERT INTO customers VALUES (1, 'Oslo', 'Ada'), (2, 'Oslo', 'Bo'), (3, 'Riga', 'Cy');
INSERT INTO orders VALUES (101, 1, 'open', 10, NULL), (102, 1, 'paid', 20, 'x'), (103, 2, 'open', 30, NULL),
  (104, 2, 'void', 40, 'y'), (105, 3, 'open', 50, NULL), (106, NULL, 'open', 60, 'z');
INSERT INTO archive SELECT * FROM orders;
INSERT INTO odd VALUES (1, 1), (2, 2)
"""
EVERYWHERE = """
DELETE FROM orders
DELETE FROM orders WHERE id = 103
DELETE FROM orders WHERE status = 'open' -- all of them
DELETE FROM orders WHERE 1 = 0
DELETE FROM orders WHERE note IS NULL OR total > 30
DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE city = 'Oslo')
DELETE FROM orders WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = orders.customer_id)
DELETE FROM /* which? */ orders /* these */ WHERE id > /* here */ 103
UPDATE orders SET note = 'n'
UPDATE orders SET note = 'n' WHERE total BETWEEN 20 AND 40
UPDATE orders SET status = 'open' WHERE status = 'open'
UPDATE orders SET note = (SELECT 'WHERE') WHERE id = 101 OR id = 102
INSERT INTO archive SELECT * FROM orders WHERE status = 'open'
INSERT INTO archive (id, note) SELECT id, 'x' FROM customers
"""
POSTGRES = """
DELETE FROM orders AS o WHERE o.id = 103 RETURNING *
DELETE FROM ONLY orders WHERE id = 103
DELETE FROM orders o USING customers c WHERE c.id = o.customer_id AND c.city = 'Oslo'
DELETE FROM orders o USING customers c WHERE c.id < o.total
DELETE FROM orders USING customers c JOIN archive a ON a.customer_id = c.id WHERE orders.id = a.id
DELETE FROM orders USING customers
UPDATE orders o SET note = c.name FROM customers c WHERE c.id = o.customer_id
UPDATE orders SET note = 'n' FROM customers c, archive a WHERE c.id = orders.customer_id AND a.id = orders.id
UPDATE orders o SET note = v.n FROM (VALUES (101, 'a'), (102, 'b')) AS v (id, n) WHERE o.id = v.id
WITH old AS (SELECT id FROM orders WHERE total < 30) DELETE FROM orders WHERE id IN (SELECT id FROM old)
WITH t AS (SELECT customer_id AS k FROM orders GROUP BY 1) UPDATE customers c SET name = 'n' FROM t WHERE c.id = t.k
INSERT INTO archive (SELECT * FROM orders) ON CONFLICT DO NOTHING
INSERT INTO archive WITH a AS (SELECT * FROM orders) SELECT * FROM a WHERE id > 103
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED THEN DELETE
MERGE INTO orders o USING archive a ON o.id = a.id WHEN MATCHED AND a.total > 30 THEN UPDATE SET note = 'n'
DELETE FROM odd WHERE "order id" = 1
DELETE FROM odd AS "o o" WHERE "o o"."a""b" = 2
"""
MARIADB = """
DELETE FROM orders WHERE status = 'open' ORDER BY id LIMIT 2
DELETE LOW_PRIORITY QUICK IGNORE FROM orders WHERE id = 103
DELETE FROM orders LIMIT 3
UPDATE orders SET note = 'n' ORDER BY total DESC LIMIT 2
UPDATE LOW_PRIORITY IGNORE orders SET note = 'n' WHERE id = 103
DELETE o FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.city = 'Oslo'
DELETE FROM o USING orders AS o JOIN customers c ON c.id < o.total
DELETE o, c FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.city = 'Oslo'
DELETE orders FROM orders, customers
UPDATE orders o JOIN customers c ON c.id = o.customer_id SET o.note = c.name WHERE c.city = 'Riga'
UPDATE orders o, customers c SET o.note = 'x', c.name = 'y' WHERE o.customer_id = c.id
UPDATE orders AS o FORCE INDEX (PRIMARY) JOIN customers c ON c.id < o.total SET o.note = 'n'
REPLACE INTO archive SELECT * FROM orders WHERE id < 103
INSERT INTO archive SELECT * FROM orders ON DUPLICATE KEY UPDATE note = 'x'
DELETE FROM odd WHERE `order id` = 1
DELETE FROM `odd` WHERE "a" = 'a'
"""
SQLITE = """
UPDATE orders SET note = c.name FROM customers AS c WHERE c.id = orders.customer_id
UPDATE OR IGNORE orders SET note = 'n' WHERE id > 103
WITH old AS (SELECT id FROM orders WHERE total < 30) DELETE FROM orders WHERE id IN (SELECT id FROM old)
INSERT OR REPLACE INTO archive SELECT * FROM orders
DELETE FROM odd WHERE "order id" = 1
DELETE FROM odd AS o WHERE o."a""b" = 2
DELETE FROM [odd] WHERE [order id] > 0
"""


class Server:
    """One connection: how to ask for rows and how to run a statement and undo it."""

    def __init__(self, dialect: str, execute: Callable[[str], Any], rollback: Callable[[], None]) -> None:
        self.dialect = dialect
        self.execute = execute
        self.rollback = rollback

    def number(self, query: str) -> int:
        return int(self.execute(query).fetchone()[0])

    def rows(self, query: str) -> list[Any]:
        return list(self.execute(query).fetchall())

    def touched(self, statement: str) -> int:
        """The rows the server says it matched; nothing stays."""
        try:
            rows = int(self.execute(statement).rowcount)
            return self.number("SELECT changes()") if self.dialect == "sqlite" else rows
        finally:
            self.rollback()

    def statement(self, text: str) -> Statement:
        return Statement(text, DIALECTS[self.dialect])

    def counts(self, text: str) -> tuple[Count, ...]:
        statement = self.statement(text)
        return counts(effect_of(statement), statement)


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Server]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)

    def execute(query: str) -> Any:
        if not connection.in_transaction:
            connection.execute("BEGIN")
        return connection.execute(query)

    yield Server("sqlite", execute, connection.rollback)
    connection.close()


@pytest.fixture(scope="module")
def postgres(postgres_server: Target) -> Iterator[Server]:
    server, name = postgres_server, f"safesql_{uuid4().hex}"
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database) as connection:
        connection.execute(f"CREATE SCHEMA {name}; SET search_path = {name}; {SCHEMA}".encode())
        connection.commit()
        yield Server("postgres", lambda query: connection.execute(query.encode()), connection.rollback)
        connection.rollback()
        connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.fixture(scope="module")
def mariadb(mariadb_server: Target) -> Iterator[Server]:
    server, name = mariadb_server, f"safesql_{uuid4().hex}"
    connection = pymysql.connect(
        host=server.host, port=server.port or 3306, user=server.user, client_flag=CLIENT.FOUND_ROWS
    )

    def execute(query: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(query)
        return cursor

    with connection:
        for statement in (f"CREATE DATABASE {name}", f"USE {name}", "SET sql_mode = 'ANSI_QUOTES'", *SCHEMA.split(";")):
            execute(statement)
        execute("SET sql_mode = DEFAULT")
        connection.commit()
        yield Server("mariadb", execute, connection.rollback)
        execute(f"DROP DATABASE {name}")


def cases() -> list[tuple[str, str]]:
    own = {"postgres": POSTGRES, "mariadb": MARIADB, "sqlite": SQLITE}
    return [(name, line) for name, lines in own.items() for line in (EVERYWHERE + lines).splitlines() if line]


@pytest.mark.parametrize(("name", "text"), cases())
def test_the_count_is_what_the_statement_then_touches(name: str, text: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    found = server.counts(text)
    assert found
    counted = [server.number(count.matched.text) for count in found if count.matched]
    assert len(counted) == len(found), [count.reason for count in found]
    assert sum(counted) == server.touched(text)


@pytest.mark.parametrize(("name", "text"), cases())
def test_the_sample_shows_at_most_as_many_rows_as_are_asked_for(
    name: str, text: str, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(name)
    statement = server.statement(text)
    for effect in effect_of(statement).walk():
        few, many = sample(effect, statement, 1), sample(effect, statement, 1000)
        if few is not None and many is not None:
            rows = server.rows(many.text)
            assert len(server.rows(few.text)) == min(1, len(rows))
            assert effect.verb in ("DELETE", "UPDATE")


@pytest.mark.parametrize("name", ["postgres", "mariadb"])
@pytest.mark.parametrize(
    "text", ["TRUNCATE TABLE orders", "DROP TABLE orders", "DROP TABLE IF EXISTS orders, customers"]
)
def test_what_clears_a_table_takes_all_of_its_rows(name: str, text: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    for count in server.counts(text):
        assert count.matched is not None
        assert count.total is not None
        assert server.number(count.matched.text) == server.number(count.total.text) > 0


@pytest.mark.parametrize("name", ["postgres", "mariadb", "sqlite"])
def test_the_total_counts_the_whole_table(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    (count,) = server.counts("DELETE FROM orders WHERE id = 101")
    assert count.total is not None
    assert server.number(count.total.text) == 6


REFUSED = [
    ("postgres", "UPDATE orders SET note = 'x' WHERE CURRENT OF c", "cursor"),
    ("postgres", "WITH g AS (DELETE FROM orders RETURNING *) INSERT INTO archive SELECT * FROM g", "changes rows"),
    ("postgres", "DO $$ BEGIN DELETE FROM orders; END $$", "text of its own"),
    ("mariadb", "EXECUTE IMMEDIATE 'DELETE FROM orders'", "text of its own"),
    ("mariadb", "DELETE FROM orders WHERE id = 1 /*!50000 OR 1 = 1 */", "cut in parts"),
]


@pytest.mark.parametrize(("dialect", "text", "reason"), REFUSED)
def test_what_cannot_be_counted_says_why(dialect: str, text: str, reason: str) -> None:
    statement = Statement(text, DIALECTS[dialect])
    found = counts(effect_of(statement), statement)
    assert found
    assert found[0].matched is None
    assert reason in found[0].reason


@pytest.mark.parametrize("dialect", list(DIALECTS))
@pytest.mark.parametrize(
    "text",
    ["SELECT 1", "INSERT INTO orders (id) VALUES (1), (2)", "CREATE TABLE t (a int)", "SELECT 'DELETE FROM orders'"],
)
def test_what_takes_no_rows_has_no_count(dialect: str, text: str) -> None:
    statement = Statement(text, DIALECTS[dialect])
    assert counts(effect_of(statement), statement) == ()


@pytest.mark.parametrize(("name", "text"), cases())
def test_a_probe_is_one_select_that_changes_nothing(name: str, text: str) -> None:
    statement = Statement(text, DIALECTS["mariadb" if name == "mariadb" else name])
    for count in counts(effect_of(statement), statement):
        assert count.matched is not None
        assert count.matched.seconds == 5.0
        probe = effect_of(Statement(count.matched.text, statement.dialect))
        assert not probe.changes, count.matched.text
