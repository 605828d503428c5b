"""Names and strings come back from the servers as they went in, whatever the modes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pymysql
import pytest

from safesql.config.target import target_of
from safesql.sql.dialect import Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.quoting import is_plain, quote_name, quote_string
from safesql.sql.token import Kind

PG, MARIA, LITE = (DIALECTS[name] for name in ("postgres", "mariadb", "sqlite"))
VALUES = ["", "plain", "it's", "''", "a\\b", "\\", "\\'", "'; DROP TABLE t; --", "é\U0001f600", "tab\tline\n", '"', "`", "$$", "/*", "%s", "x\\"]
NAMES = ["plain", "With Space", 'q"uote', "back`tick", "a.b", "select", "é", "x'y", "a\\b"]


@pytest.mark.parametrize("setting", ["on", "off"])
def test_postgres_reads_strings_and_names_back(setting: str, postgres_url: str) -> None:
    dialect = PG if setting == "on" else PG.with_modes()
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"SET standard_conforming_strings = {setting}".encode())
        for value in VALUES:
            row = server.execute(f"SELECT {quote_string(value, dialect)}".encode()).fetchone()
            assert row == (value,)
        for name in NAMES:
            cursor = server.execute(f"SELECT 1 AS {quote_name(name, dialect)}".encode())
            assert cursor.description is not None
            assert cursor.description[0].name == name


@pytest.mark.parametrize("modes", [(), (Mode.ANSI_QUOTES,), (Mode.NO_BACKSLASH_ESCAPES,), (Mode.ANSI_QUOTES, Mode.NO_BACKSLASH_ESCAPES)])
def test_mariadb_reads_strings_and_names_back(modes: tuple[Mode, ...], mariadb_url: str) -> None:
    dialect, target = MARIA.with_modes(*modes), target_of(mariadb_url, {})
    with (
        pymysql.connect(host=target.host, port=target.port or 3306, user=target.user, charset="utf8mb4") as server,
        server.cursor() as cursor,
    ):
        cursor.execute(f"SET sql_mode = '{','.join(mode.value for mode in modes)}'")
        for value in VALUES:
            cursor.execute(f"SELECT {quote_string(value, dialect)}")
            assert cursor.fetchone() == (value,)
        for name in NAMES:
            cursor.execute(f"SELECT 1 AS {quote_name(name, dialect)}")
            assert cursor.description[0][0] == name


def test_sqlite_reads_strings_and_names_back() -> None:
    with closing(sqlite3.connect(":memory:")) as server:
        for value in VALUES:
            assert server.execute(f"SELECT {quote_string(value, LITE)}").fetchone() == (value,)
        for name in NAMES:
            assert server.execute(f"SELECT 1 AS {quote_name(name, LITE)}").description[0][0] == name


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=str)
@pytest.mark.parametrize("value", VALUES)
def test_what_is_quoted_is_one_token(value: str, dialect: object) -> None:
    known = DIALECTS[str(getattr(dialect, "name", ""))]
    assert [token.kind for token in significant(quote_string(value, known), known)] == [Kind.STRING]
    assert [token.kind for token in significant(quote_name(value or "x", known), known)] == [Kind.NAME]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=str)
def test_nothing_can_hold_a_nul(dialect: object) -> None:
    known = DIALECTS[str(getattr(dialect, "name", ""))]
    with pytest.raises(ValueError, match="NUL"):
        quote_string("a\0b", known)
    with pytest.raises(ValueError, match="NUL"):
        quote_name("a\0b", known)


def test_postgres_folds_what_is_not_lower_case() -> None:
    assert is_plain("orders_2", PG)
    assert not is_plain("Orders", PG)
    assert is_plain("Orders", MARIA)
    assert not is_plain("2a", LITE)
