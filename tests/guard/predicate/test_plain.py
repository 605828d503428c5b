"""The short cut for plain comparisons says nothing that reading the whole condition does not say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of, whole_extent
from safesql.guard.predicate.plain import LONG, plainly_restricts
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant

T = TargetNames(("t",))
NAMES = ["id", "t.id", "u.id", "user", "true", "current_date", "null", '"id"', "name", "rownum", "default", "date", "not"]
OPERATORS = ["=", "<", ">=", "<>", "!=", "||", "AND", "OR", "+", "~", "<=>", "BETWEEN", "XOR", "IS"]
LITERALS = ["1", "'x'", "0", "''", "1.5e3", "$$x$$", "x'01'", "_utf8'x'", "''''", "9" * 40]
LISTS = ["(1)", "(1, 'x')", "(NULL)", "(1, id)", "()", "(1,)", "((1), 2)"]
lists = st.builds("{} IN {}".format, st.sampled_from(NAMES), st.sampled_from(LISTS))
comparisons = st.builds("{} {} {}".format, *map(st.sampled_from, (NAMES, OPERATORS, LITERALS)))
FILLING = " AND ".join(f"(f{n}(a) = {n} OR b IS NULL)" for n in range(LONG // 8))


@settings(max_examples=400, deadline=None)
@given(
    text=st.lists(st.one_of(comparisons, lists), min_size=1, max_size=3).map(" AND ".join),
    name=st.sampled_from(sorted(DIALECTS)),
)
def test_what_plainly_restricts_restricts(text: str, name: str) -> None:
    dialect = DIALECTS[name]
    tokens = significant(text, dialect)
    if plainly_restricts(tokens, T):
        assert whole_extent(tokens, dialect, T) is Extent.SOME


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(comparisons, max_size=3),
    joint=st.sampled_from(["AND", "OR", "XOR", "||", "AND NOT"]),
    name=st.sampled_from(sorted(DIALECTS)),
)
def test_so_it_does_among_many_conditions(parts: list[str], joint: str, name: str) -> None:
    dialect = DIALECTS[name]
    tokens = significant(f" {joint} ".join([FILLING, *parts]), dialect)
    if plainly_restricts(tokens, T):
        assert whole_extent(tokens, dialect, T) is not Extent.ALL       # UNKNOWN where no server reads it


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_long_condition_with_one_plain_comparison_restricts(name: str) -> None:
    tokens = significant(f"{FILLING} AND t.id = 4", DIALECTS[name])
    assert plainly_restricts(tokens, T)
    assert extent_of(tokens, DIALECTS[name], T) is Extent.SOME


@pytest.mark.parametrize("text", ["id = 1 OR true", "x BETWEEN 0 AND id = 1", "a || id = 1", "@a := b AND id = 1"])
def test_what_binds_more_loosely_than_and_is_read_whole(text: str) -> None:
    assert not plainly_restricts(significant(f"{FILLING} AND {text}", DIALECTS["mysql"]), T)
