"""Values for a query's parameters become literals, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.filled import filled, places
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

MODES = [
    *DIALECTS.values(), DIALECTS["postgres"].with_modes(), DIALECTS["mariadb"].with_modes(Mode.NO_BACKSLASH_ESCAPES),
    DIALECTS["mysql"].with_modes(Mode.ANSI_QUOTES),
]  # fmt: skip
HOSTILE = st.one_of(
    st.text(st.characters(blacklist_characters="\0", codec="utf-8")),
    st.text("'\\\";-/*! $:1x`\n"),
    st.sampled_from(["'; DELETE FROM t; --", "\\'; DROP TABLE t; --", "1 OR 1=1", "$$", "*/ DELETE FROM t /*", "0x27"]),
)


@settings(max_examples=400, deadline=None)
@given(value=HOSTILE, dialect=st.sampled_from(MODES))
def test_a_value_is_one_string_and_changes_nothing_else(value: str, dialect: Dialect) -> None:
    template = "SELECT * FROM t WHERE a = $1 AND b = :name AND c = 'x'"
    tokens = list(significant(filled(template, [value], {"name": value}, dialect), dialect))
    plain = list(significant("SELECT * FROM t WHERE a = 'p' AND b = 'p' AND c = 'x'", dialect))
    strings = [token for token in tokens if token.kind is Kind.STRING]
    assert len(strings) == (3 if "_utf8mb4" not in "".join(token.text for token in tokens) else len(strings))
    words = [token.text for token in tokens if token.kind is not Kind.STRING and not token.text.startswith("_utf8mb4")]
    assert words == [token.text for token in plain if token.kind is not Kind.STRING]


@settings(max_examples=200, deadline=None)
@given(value=HOSTILE, dialect=st.sampled_from(MODES))
def test_a_value_never_makes_a_query_more_than_it_is(value: str, dialect: Dialect) -> None:
    text = filled("SELECT * FROM t WHERE a = $1", [value], {}, dialect)
    assert judge(Statement(text, dialect), Policy()).action is Action.ALLOW


@pytest.mark.parametrize(("dialect", "text", "names"), [
    ("postgres", "SELECT a::int, $1, :name, '$2', \":x\", $$ :y $$ -- $3", ("1", "name")),
    ("postgres", "SELECT x[1: n], E'\\':a', a$1, '10:30'::time", ()),
    ("mariadb", "SELECT $2, :a, @x := 1, `$3`, \"$4\", '\\':b' # :c", ("2", "a")),
    ("mariadb", "SELECT /*! $1 */ 1 /* $2 */", ("1",)),
    ("sqlite", "SELECT $1, :b, [:c], json('{\"a\":1}')", ("1", "b")),
])  # fmt: skip
def test_what_stands_in_quotes_or_comments_is_no_parameter(dialect: str, text: str, names: tuple[str, ...]) -> None:
    assert tuple(place.name for place in places(text, DIALECTS[dialect])) == names


def test_a_count_behind_limit_is_a_number_where_the_server_takes_no_string() -> None:
    text = "SELECT * FROM t WHERE id = $1 LIMIT $1 OFFSET :o"
    assert filled(text, ["5"], {"o": "5; DROP"}, DIALECTS["mariadb"]).endswith("id = '5' LIMIT 5 OFFSET '5; DROP'")
    assert filled(text, ["5"], {"o": "2"}, DIALECTS["postgres"]).endswith("id = '5' LIMIT '5' OFFSET '2'")


@pytest.mark.parametrize(("text", "missing"), [("SELECT $2", "$2"), ("SELECT :b", ":b"), ("SELECT $0", "$0")])
def test_a_parameter_without_a_value_is_named(text: str, missing: str) -> None:
    with pytest.raises(KeyError) as error:
        filled(text, ["1"], {"a": "1"}, DIALECTS["postgres"])
    assert error.value.args[0] == missing
