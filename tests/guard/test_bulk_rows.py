"""The fast path for literal rows sees what the slow one sees, and nothing that is more than literal rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.action import Action
from safesql.guard.analysis.bulk import literal_rows
from safesql.guard.effect import Extent, Name
from safesql.guard.facts import Facts
from safesql.guard.judge import Alike, judge
from safesql.guard.policy import Policy
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

LITERALS = {Kind.WORD, Kind.STRING, Kind.NUMBER, Kind.OPERATOR, Kind.OPEN, Kind.CLOSE, Kind.COMMA}
TAKEN = [
    ("postgres", "INSERT INTO public.orders VALUES (1, 'it''s; DELETE FROM x', NULL, -1.5e3, true)", ("public", "orders")),
    ("postgres", 'insert into "Orders" ("A", b) values (1,2),(3,4)', ("Orders",)),
    ("postgres", "INSERT INTO Orders VALUES ('a\\')", ("orders",)),
    ("mysql", "INSERT INTO `orders` VALUES (1,'a\\'b',_binary 'x',NULL)", ("orders",)),
    ("sqlite", "INSERT INTO orders VALUES(1,'x',X'00ff')", ("orders",)),
    ("sqlite", "INSERT INTO orders VALUES(1, CAST(X'0A' AS TEXT), -9e999)", ("orders",)),
    ("postgres", r"INSERT INTO orders VALUES (1, E'a\\b''c\n', E'\\x00')", ("orders",)),
    ("postgres", "INSERT INTO orders (id) OVERRIDING SYSTEM VALUE VALUES (1), (2)", ("orders",)),
    ("mysql", "INSERT INTO orders VALUES (1, _utf8mb4 X'c3a9', FROM_UNIXTIME(1729989000.000000))", ("orders",)),
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
    ("mysql", "INSERT INTO t VALUES (FROM_UNIXTIME(f()))"),
    ("postgres", "INSERT INTO t VALUES (FROM_UNIXTIME(1))"),
    ("postgres", r"INSERT INTO t VALUES (E'a\\'), ((SELECT 1)) --')"),
    ("sqlite", "INSERT INTO t VALUES (CAST(f('a') AS TEXT))"),
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
    st.sampled_from(["1", "-2.5", "NULL", "X'00'", "E'a\\'b'", "_utf8mb4 X'00'", "f()", "'a' 'b'", "-- ", "/*", "*/", ");", "@x", "'"]),
)


@given(st.lists(values, min_size=1, max_size=6), st.sampled_from(list(DIALECTS.values())))
@settings(max_examples=1000)
def test_what_it_takes_is_one_insert_of_literals_to_the_lexer_too(row: list[str], dialect: Dialect) -> None:
    sql = f"INSERT INTO t VALUES ({', '.join(row)})"
    if literal_rows(sql, dialect) is not None:
        tokens = significant(sql, dialect)
        assert {token.kind for token in tokens} <= LITERALS
        assert {token.word for token in tokens} <= {"", "INSERT", "INTO", "T", "VALUES", "NULL"}


HEADS = ["INSERT INTO a VALUES ", "INSERT INTO a (b) VALUES ", "INSERT INTO pg_class VALUES ", "INSERT INTO ledger VALUES "]
OTHERS = ["DELETE FROM a", "CREATE TABLE a (b int)", "DELETE FROM a WHERE b = 1", "INSERT INTO a SELECT 1", "DROP TABLE a"]
rows = st.builds(lambda head, number: f"{head}({number}, 'x')", st.sampled_from(HEADS), st.integers(0, 99))


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.one_of(rows, rows, st.sampled_from(OTHERS)), max_size=12), name=st.sampled_from(sorted(DIALECTS)))
def test_rows_alike_get_the_verdict_that_each_gets_alone(texts: list[str], name: str) -> None:
    facts, policy, alike = Facts(protected_tables=("ledger",)), Policy(), Alike()
    for piece in split("".join(f"{text};\n" for text in texts), DIALECTS[name]):
        assert isinstance(piece, Statement)
        alone = judge(piece, policy, facts)
        assert alike.judge(piece, policy, facts) == alone
        facts = replace(facts, memory=facts.memory.after(alone.effect))


def test_a_change_of_policy_is_seen_by_the_next_row() -> None:
    first, second = split("INSERT INTO pg_class VALUES (1);INSERT INTO pg_class VALUES (2);", DIALECTS["postgres"])
    assert isinstance(first, Statement)
    assert isinstance(second, Statement)
    alike, strict = Alike(), Policy()
    loose = Policy(actions={"system-table-write": Action.ALLOW})
    assert alike.judge(first, loose, Facts()).action is Action.ALLOW
    assert alike.judge(second, strict, Facts()).action is Action.BLOCK
