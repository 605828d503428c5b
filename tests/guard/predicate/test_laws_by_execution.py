"""What is said of a generated condition holds when a real server evaluates it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from uuid import uuid4

import psycopg
import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialect import Dialect, Family
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.target import Target

VALUES = (None, -1, 0, 0.5, 1, 1.5, 2, 3)
ROWS = tuple(product(VALUES, VALUES))
FULL = sum(None not in row for row in ROWS)
TABLE = "CREATE TABLE safesql_predicate (a numeric(3, 1), b numeric(3, 1))"
QUERY = "SELECT count(*), count(CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN 1 END) FROM safesql_predicate t WHERE "
Matched = Callable[[str], tuple[int, int] | None]
"""The matching rows, and those of them without NULL; None where the server refuses the condition."""

RUNS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "1.0", "10")
TEXTS = ("''", "'a'", "'A'", "'b'", "'ab'", "'1'", "'0'", "'1abc'", "'01'", "'t'", "'no'", "'%'", "'a '")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
COLUMNS = ("a", "b", "t.a")


def numbers(family: Family) -> st.SearchStrategy[str]:
    """Numbers, and arithmetic on them."""
    simple = st.sampled_from(NUMBERS)
    signs = ("+", "-", "*", "%") if family is Family.SQLITE else ("+", "-", "*")
    made = st.builds("({} {} {})".format, simple, st.sampled_from(signs), simple)
    calls = st.builds("coalesce({}, {})".format, st.one_of(simple, st.just("NULL")), simple)
    chosen = st.builds("CASE WHEN {} > {} THEN {} ELSE {} END".format, simple, simple, simple, simple)
    return st.one_of(simple, simple, made, calls, chosen)


@cache
def constants(family: Family) -> st.SearchStrategy[str]:
    """Conditions without any column."""
    number, text = numbers(family), st.sampled_from(TEXTS)
    comparison = st.sampled_from(COMPARISONS)
    atoms = [
        st.builds("{} {} {}".format, number, comparison, number),
        st.builds("{} {} {}".format, text, st.sampled_from(("=", "<>")), text),
        st.builds("{} BETWEEN {} AND {}".format, number, number, number),
        st.builds("{} IN ({}, {})".format, number, number, st.one_of(number, st.just("NULL"))),
        st.builds("{} IS {}NULL".format, st.one_of(number, text, st.just("NULL")), st.sampled_from(("", "NOT "))),
        st.builds("{} LIKE {}".format, text, st.sampled_from(("'%'", "'a%'", "'_'", "''", "'%b'"))),
        st.sampled_from(("TRUE", "FALSE", "NULL = 1")),
    ]
    if family is not Family.POSTGRES:
        atoms += [number, text, st.builds("{} {} {}".format, text, comparison, number)]
    if family is Family.MYSQL:
        atoms += [st.builds("{} <=> {}".format, number, number), st.builds("!{}".format, st.sampled_from(NUMBERS[:4]))]
    if family is Family.POSTGRES:
        atoms += [st.sampled_from(("'t'::bool", "'off'::boolean", "'1' = 1", "'2'::int > 1", "1 IS DISTINCT FROM 2"))]
    return joined(st.one_of(atoms), family)


@cache
def columns(family: Family) -> st.SearchStrategy[str]:
    """Conditions over two columns that may be NULL."""
    column, number = st.sampled_from(COLUMNS), st.sampled_from(("0", "1", "2"))
    comparison, negation = st.sampled_from(COMPARISONS), st.sampled_from(("", "NOT "))
    either = st.one_of(column, number)
    same = [st.builds("{} IS NOT DISTINCT FROM {}".format, column, either)]
    if family is Family.MYSQL:
        same = [st.builds("{} <=> {}".format, column, either)]
    atoms = [
        st.builds("{} {} {}".format, column, comparison, number),
        st.builds("{} {} {}".format, column, comparison, column),
        st.builds("{} {} {}".format, number, comparison, column),
        st.builds("{} {}IN ({}, {})".format, column, negation, number, st.one_of(number, column)),
        st.builds("{} {}BETWEEN {} AND {}".format, column, negation, number, st.one_of(number, column)),
        st.builds("{} IS {}NULL".format, column, st.sampled_from(("", "NOT "))),
        st.builds("coalesce({}, {}) {} {}".format, column, number, comparison, either),
        st.builds("coalesce({0}, {1}) {2} coalesce({0}, {3})".format, column, number, comparison, number),
        st.builds("{} + 0 {} {}".format, column, comparison, column),
        st.builds("({0}, {1}) {2} ({0}, {1})".format, column, column, st.sampled_from(("=", "<>"))),
        st.builds("CASE WHEN {} > {} THEN {} ELSE {} END = 1".format, column, number, number, number),
        st.builds("EXISTS (SELECT 1 WHERE {} = {})".format, column, number),
        st.sampled_from(("1 = 1", "1 = 2", "NULL IS NULL")),
        *same,
    ]
    return joined(st.one_of(atoms), family)


def joined(atoms: st.SearchStrategy[str], family: Family) -> st.SearchStrategy[str]:
    """AND, OR, NOT, IS TRUE, with and without brackets."""
    words = ["AND", "OR", *(["XOR"] if family is Family.MYSQL else [])]

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{} {} {}".format, inner, st.sampled_from(words), inner),
            st.builds("({} {} {})".format, inner, st.sampled_from(words), inner),
            st.builds("NOT ({})".format, inner),
            st.builds("({}) IS {}".format, inner, st.sampled_from(("TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "NULL"))),
            st.builds("({}) IS NOT NULL".format, inner),
        )

    return st.recursive(atoms, wider, max_leaves=5)


def extent(condition: str, dialect: Dialect) -> Extent:
    return extent_of(significant(condition, dialect), dialect, TargetNames(("t",), (), "safesql_predicate"))


def rows_as_values() -> str:
    return ", ".join(f"({a if a is not None else 'NULL'}, {b if b is not None else 'NULL'})" for a, b in ROWS)


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Matched]:
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    connection.execute(f"INSERT INTO safesql_predicate VALUES {rows_as_values()}")

    def matched(condition: str) -> tuple[int, int] | None:
        rows, full = connection.execute(QUERY + condition).fetchone()
        return int(rows), int(full)

    yield matched
    connection.close()


@pytest.fixture(scope="module")
def postgres(postgres_server: Target) -> Iterator[Matched]:
    server = postgres_server
    with psycopg.connect(
        host=server.host, port=server.port, user=server.user, dbname=server.database, autocommit=True
    ) as connection:
        connection.execute(TABLE.replace("CREATE", "CREATE TEMPORARY").encode())
        connection.execute(f"INSERT INTO safesql_predicate VALUES {rows_as_values()}".encode())

        def matched(condition: str) -> tuple[int, int] | None:
            try:
                return connection.execute((QUERY + condition).encode()).fetchone()
            except psycopg.Error:
                return None

        yield matched


@pytest.fixture(scope="module")
def mariadb(mariadb_server: Target) -> Iterator[Matched]:
    server, name = mariadb_server, f"safesql_{uuid4().hex}"
    connection = pymysql.connect(host=server.host, port=server.port or 3306, user=server.user, autocommit=True)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {name}")
        cursor.execute(TABLE)
        cursor.execute(f"INSERT INTO safesql_predicate VALUES {rows_as_values()}")

        def matched(condition: str) -> tuple[int, int] | None:
            try:
                cursor.execute(QUERY + condition)
            except pymysql.Error:
                return None
            found = cursor.fetchone()
            return (int(found[0]), int(found[1])) if found else None

        yield matched
        cursor.execute(f"DROP DATABASE {name}")


def keeps_its_word(condition: str, dialect: Dialect, matched: Matched, *, constant: bool) -> None:
    """NONE returns nothing, ALL every row without NULL; where no column is named, SOME is never said.

    Nor is it said of columns where every row is returned; but what IS and COALESCE make of NULL is not followed so far.
    """
    found = matched(condition)
    if found is None:
        return
    said = extent(condition, dialect)
    if said is Extent.NONE:
        assert found[0] == 0, condition
    if said is Extent.ALL:
        assert found[1] == FULL, condition
    if constant:
        assert said is not Extent.SOME, condition
    elif found[0] == len(ROWS) and " IS " not in condition and "coalesce" not in condition:
        assert said in (Extent.ALL, Extent.UNKNOWN), condition


@pytest.mark.parametrize("server", ["sqlite", "postgres", "mariadb"])
class TestGenerated:
    @RUNS
    @given(data=st.data())
    def test_constants_are_folded_as_the_server_does(
        self, server: str, data: st.DataObject, request: pytest.FixtureRequest
    ) -> None:
        condition = data.draw(constants(DIALECTS[server].family))
        keeps_its_word(condition, DIALECTS[server], request.getfixturevalue(server), constant=True)

    @RUNS
    @given(data=st.data())
    def test_what_is_said_of_columns_holds_for_every_row(
        self, server: str, data: st.DataObject, request: pytest.FixtureRequest
    ) -> None:
        condition = data.draw(columns(DIALECTS[server].family))
        keeps_its_word(condition, DIALECTS[server], request.getfixturevalue(server), constant=False)
