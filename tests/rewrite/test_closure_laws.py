"""What foreign keys are said to do is what they then do, row by row: random schemas, rows and statements."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pymysql
import pytest

from safesql.guard.analysis import effect_of
from safesql.guard.effect import Name
from safesql.rewrite.closure.edge import edges, edges_of
from safesql.rewrite.closure.place import places, places_of, quoted
from safesql.rewrite.closure.reach import Closure, Fate, reached
from safesql.rewrite.closure.start import starts, taking
from safesql.rewrite.reading import count_reached
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.rewrite.schemas import Case
from tests.rewrite.schemas import case as random_case

CASES = {"postgres": 60, "mariadb": 25, "sqlite": 150}        # DDL of MariaDB takes its time
ERRORS = (psycopg.Error, pymysql.Error, sqlite3.Error)
Rows = dict[str, dict[int, tuple[Any, ...]]]


class Database:
    """An empty database: runs text, and tells all rows by table and tag."""

    def __init__(self, dialect: str, connection: Any) -> None:
        self.dialect = DIALECTS[dialect]
        self.connection = connection

    def run(self, text: str) -> Sequence[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(text)
        return list(cursor.fetchall()) if cursor.description else []

    def rows(self, case: Case) -> Rows:
        tables = [f"t{number}" for number in range(len(case.schema.composite))]
        return {table: {row[0]: row for row in self.run(f"SELECT * FROM {table}")} for table in tables}

    def closure(self, text: str) -> tuple[Closure, set[int]]:
        """By the probes alone, as the engine asks them; and the rows that the statement names itself."""
        statement = Statement(text, self.dialect)
        effect = effect_of(statement)
        names = tuple(dict.fromkeys(part.target for part in taking(effect, statement) if part.target))
        known = places_of(names, self.run(places(names, self.dialect).text))
        found, missing = starts(effect, statement, known)
        assert not missing
        roots = tuple(dict.fromkeys(start.place.name for start in found))
        own = {row[0] for start in found for row in self.run(start.taken.values(("tag",), self.dialect))}
        return reached(found, edges_of(self.run(edges(roots, self.dialect).text)), self.dialect), own

    def tags(self, table: Name, condition: str) -> set[int]:
        rows = self.run(f"SELECT tag FROM {quoted(table, self.dialect)} WHERE {condition}")
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0] for row in rows}


@contextmanager
def postgres_database(server: Target) -> Iterator[Database]:
    """A schema that never leaves its transaction."""
    with psycopg.connect(host=server.host, port=server.port, user=server.user, dbname=server.database) as connection:
        name = f"safesql_{uuid4().hex}"
        connection.execute(f"CREATE SCHEMA {name}; SET LOCAL search_path = {name}".encode())
        yield Database("postgres", connection)
        connection.rollback()


@contextmanager
def mariadb_database(server: Target) -> Iterator[Database]:
    connection = pymysql.connect(host=server.host, port=server.port or 3306, user=server.user)
    with connection, connection.cursor() as cursor:
        name = f"safesql_{uuid4().hex}"
        cursor.execute(f"CREATE DATABASE {name}")
        cursor.execute(f"USE {name}")
        yield Database("mariadb", connection)
        connection.rollback()
        cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def sqlite_database(_server: Target | None) -> Iterator[Database]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN")
    yield Database("sqlite", connection)
    connection.close()


DATABASES = {"postgres": postgres_database, "mariadb": mariadb_database, "sqlite": sqlite_database}


@pytest.mark.parametrize("name", list(DATABASES))
def test_what_is_said_to_go_goes_and_what_is_said_to_change_changes(
    name: str, postgres_server: Target, mariadb_server: Target
) -> None:
    server = mariadb_server if name == "mariadb" else postgres_server
    seen = Counter(_looked_at(name, server, seed) for seed in range(CASES[name]))
    assert seen["rows behind"] > CASES[name] / 6, seen


def _looked_at(name: str, server: Target, seed: int) -> str:
    """One random case: what was said before is what is found after; says how much that proves."""
    case = random_case(Random(seed), name)
    with DATABASES[name](server) as database:
        for text in (*case.schema.tables(name), *case.rows):
            database.run(text)
        closure, own = database.closure(case.statement)
        before = database.rows(case)
        said = {(each.table.parts[-1], each.fate): database.tags(each.table, each.condition) for each in closure.reached}
        for each in closure.reached:
            counted = database.run(count_reached(each, database.dialect).text)[0][0]
            assert counted == len(database.tags(each.table, each.condition)), (seed, each)
        database.run("SAVEPOINT s")
        try:
            database.run(case.statement)
        except ERRORS:
            return "refused by the server"
        after = database.rows(case)
    for table in before:
        here = {fate: tags for (of, fate), tags in said.items() if of == table}
        taken = own if table == case.target else set[int]()
        assert _difference(before[table], after[table], here, taken, deletes=case.deletes) == "", (seed, table, case)
    return "rows behind" if any(said.values()) else "nothing behind"


def _difference(
    before: dict[int, Any], after: dict[int, Any], said: dict[Fate, set[int]], own: set[int], *, deletes: bool
) -> str:
    """One table: what goes is exactly what was said; no row changes of which that was not said."""
    gone = set(before) - set(after)
    changed = {tag for tag in before if tag in after and after[tag] != before[tag]}
    predicted = {tag for fate, tags in said.items() if fate is not Fate.DELETE for tag in tags}
    deleted = said.get(Fate.DELETE, set()) | (own if deletes else set())
    if deleted != gone:
        return f"said to go: {deleted}, gone: {gone}"
    if predicted & own:
        return f"counted twice: {predicted & own}"
    if not changed <= predicted | own:
        return f"said to change: {predicted}, changed: {changed}"
    return "" if said.get(Fate.SET_NULL, set()) <= changed else "a row did not get NULL"
