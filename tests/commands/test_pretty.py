"""Laying out changes white space and the case of keywords, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.commands.pretty import laid_out
from safesql.errors import UsageError
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

PIECES = st.lists(
    st.sampled_from([
        "select", "delete from t", "where", "id = 1", "and", "or", "'a -- b'", "'\\'", '"x"', "-- c\n", "/* d */", "#", "5--1",
        "/*!50000 x */", "$$ a $$", "(", ")", ",", "limit 5", "order by a", "join u on", "case when 1 then 2 end", "||", "\n", "\u00a0",
    ]),
    min_size=1,
    max_size=12,
).map(" ".join)


def test_clauses_go_on_lines_of_their_own() -> None:
    text = laid_out("select a, b from t where id = 1 and x = 'y'", DIALECTS["postgres"])
    assert [line.split()[0] for line in text.splitlines()] == ["SELECT", "b", "FROM", "WHERE", "AND"]


@settings(max_examples=200, deadline=None)
@given(text=PIECES)
def test_what_is_laid_out_is_the_same_statement_with_the_same_verdict(text: str) -> None:
    for reading in DIALECTS.values():
        statements = [piece for piece in split(text, reading) if isinstance(piece, Statement)]
        for statement in statements:
            try:
                formatted = laid_out(statement.text, reading)
            except UsageError:
                continue
            words = [(t.kind, t.word or t.text) for t in significant(statement.text, reading)]
            assert [(t.kind, t.word or t.text) for t in significant(formatted, reading)] == words
            again = Statement(formatted, reading, problem=statement.problem)
            assert judge(again, Policy()).action == judge(statement, Policy()).action


def test_a_statement_that_would_change_is_left_alone() -> None:
    with pytest.raises(UsageError, match=r"left as it is|too deep"):
        laid_out("SELECT " + "(" * 500 + "1" + ")" * 500, DIALECTS["sqlite"])
