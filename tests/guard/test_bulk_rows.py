"""The fast path for literal rows sees what the slow one sees, and nothing that is more than literal rows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.analysis.bulk import literal_rows
from safesql.guard.effect import Extent, Name
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.token import Kind

LITERALS = {Kind.WORD, Kind.STRING, Kind.NUMBER, Kind.OPERATOR, Kind.OPEN, Kind.CLOSE, Kind.COMMA}
TAKEN = [
    ("postgres", "INSERT INTO public.orders VALUES (1, 'it''s; DELETE FROM x', NULL, -1.5e3, true)", ("public", "orders")),
    ("postgres", 'insert into "Orders" ("A", b) values (1,2),(3,4)', ("Orders",)),
    ("postgres", "INSERT INTO Orders VALUES ('a\\')", ("orders",)),
    ("mysql", "INSERT INTO `orders` VALUES (1,'a\\'b',_binary 'x',NULL)", ("orders",)),
    ("sqlite", "INSERT INTO orders VALUES(1,'x',X'00ff')", ("orders",)),
]
LEFT = [
    ("postgres", "INSERT INTO t VALUES (f())"),
    ("postgres", "INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1"),
    ("postgres", "INSERT INTO t VALUES (1); DELETE FROM t"),
    ("postgres", "INSERT INTO t VALUES ('a\\'), ('b'); DELETE FROM t; --')"),
    ("postgres", "INSERT INTO t VALUES ((SELECT 1))"),
    ("postgres", "INSERT INTO t SELECT 1"),
    ("mysql", "INSERT INTO t VALUES ('a\\'); DELETE FROM t; -- "),
    ("mysql", "REPLACE INTO t VALUES (1)"),
    ("sqlite", "INSERT INTO ft(ft) VALUES('delete-all')"),
    ("sqlite", "INSERT OR REPLACE INTO t VALUES (1)"),
]


@pytest.mark.parametrize(("dialect", "sql", "name"), TAKEN)
def test_literal_rows_are_recognised_with_their_table(dialect: str, sql: str, name: tuple[str, ...]) -> None:
    effect = literal_rows(sql, DIALECTS[dialect])
    assert effect is not None
    assert effect.target == Name(name)
    assert effect.extent is Extent.ADDED


@pytest.mark.parametrize(("dialect", "sql"), LEFT)
def test_anything_more_is_left_to_the_analysis(dialect: str, sql: str) -> None:
    assert literal_rows(sql, DIALECTS[dialect]) is None


def test_a_backslash_is_what_the_modes_say() -> None:
    sql = r"INSERT INTO t VALUES ('a\'), ('; DELETE FROM t; --')"
    mysql = DIALECTS["mysql"]
    assert literal_rows(sql, mysql) is None
    assert literal_rows(sql, mysql.with_modes(Mode.NO_BACKSLASH_ESCAPES)) is not None


values = st.one_of(
    st.text(alphabet="'\\\";,() a-", max_size=8).map(lambda text: f"'{text}'"),
    st.sampled_from(["1", "-2.5", "NULL", "X'00'", "f()", "'a' 'b'", "-- ", "/*", "*/", ");", "@x", "'"]),
)


@given(st.lists(values, min_size=1, max_size=6), st.sampled_from(list(DIALECTS.values())))
@settings(max_examples=1000)
def test_what_it_takes_is_one_insert_of_literals_to_the_lexer_too(row: list[str], dialect: Dialect) -> None:
    sql = f"INSERT INTO t VALUES ({', '.join(row)})"
    if literal_rows(sql, dialect) is not None:
        tokens = significant(sql, dialect)
        assert {token.kind for token in tokens} <= LITERALS
        assert {token.word for token in tokens} <= {"", "INSERT", "INTO", "T", "VALUES", "NULL"}
