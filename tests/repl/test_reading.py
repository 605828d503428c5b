"""The buffer, cut and judged as it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.repl.reading import LONG, Reading, client_word
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement


def reading(dialect: str = "postgres") -> Reading:
    return Reading(lambda statement: judge(statement, Policy()), lambda: DIALECTS[dialect])


@pytest.mark.parametrize(
    ("dialect", "text", "complete"),
    [
        ("postgres", "", True),
        ("postgres", "  \n ", True),
        ("postgres", ";", True),
        ("postgres", "select 1", False),
        ("postgres", "select 1;", True),
        ("postgres", "select 1; ", True),
        ("postgres", "select 1; -- a remark", True),
        ("postgres", "select 1; select 2", False),
        ("postgres", "select ';", False),
        ("postgres", "select $$;", False),
        ("postgres", "select $$;$$;", True),
        ("postgres", "select /* ; */", False),
        ("postgres", "select 1 \\g", True),
        ("postgres", "select 1 \\gx", True),
        ("postgres", "select 'a\\';", True),
        ("mysql", "select 'a\\';", False),
        ("mysql", "select 1\\G", True),
        ("mysql", "create procedure p() begin select 1;", True),
        ("mysql", "delimiter //", True),
        ("mysql", "source x.sql", True),
        ("postgres", "-- only a remark", False),
        ("postgres", "\\dt", True),
        ("postgres", "\\", True),
        ("postgres", "\\explain-guard delete from t", True),
        ("sqlite", ".tables", True),
        ("sqlite", "create trigger t after delete on a begin delete from b;", False),
        ("sqlite", "create trigger t after delete on a begin delete from b; end;", True),
        ("postgres", "copy t from stdin;", False),
        ("postgres", "copy t from stdin;\n1\n", False),
        ("postgres", "copy t from stdin;\n1\n\\.", True),
        ("postgres", "quit", True),
        ("postgres", "exit;", True),
        ("postgres", "delete from t\nwhere id = 7;", True),
    ],
)
def test_only_a_terminator_completes_a_statement(dialect: str, text: str, complete: bool) -> None:
    assert reading(dialect).complete(text) is complete


def test_the_delimiter_that_was_set_is_the_one_that_ends() -> None:
    mysql = reading("mysql")
    mysql.delimiter = "//"
    assert not mysql.complete("select 1;")
    assert mysql.complete("select 1; //")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_live_verdict_is_the_one_that_will_be_given(dialect: str) -> None:
    text = "delete from billing"
    live = reading(dialect).worst(text)
    assert live is not None
    assert live.action is judge(Statement(text, DIALECTS[dialect]), Policy()).action is Action.BLOCK
    assert live.rules == ("delete-without-where",)


def test_the_strictest_of_several_statements_is_shown() -> None:
    worst = reading().worst("select 1; delete from billing; select 2;")
    assert worst is not None
    assert worst.statement.text == "delete from billing"


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("select 1;", True),
        ("delete from billing where id = 7;", True),
        ("delete from billing;", False),
        ("select 1; delete from billing;", False),
        ("\\i x.sql", False),
        ("", False),
    ],
)
def test_only_what_is_allowed_is_offered_again(text: str, harmless: bool) -> None:
    assert reading().harmless(text) is harmless


def test_looking_at_a_suggestion_does_not_change_what_is_known_of_the_buffer() -> None:
    here = reading()
    before = here.pieces("select 1;")
    here.harmless("delete from billing;")
    assert here.pieces("select 1;") is before


def test_a_statement_is_judged_once_until_the_facts_change() -> None:
    judged: list[str] = []

    def counting(statement: Statement) -> Verdict:
        judged.append(statement.text)
        return judge(statement, Policy())

    here = Reading(counting, lambda: DIALECTS["postgres"])
    for typed in ("select 1; s", "select 1; se", "select 1; sel"):
        here.worst(typed)
    assert judged == ["select 1", "s", "se", "sel"]
    here.forget()
    here.worst("select 1; sel")
    assert judged.count("select 1") == 2


def long_buffers() -> st.SearchStrategy[list[str]]:
    """A long statement, and what it becomes by a few keys anywhere in it."""
    pieces = st.sampled_from(["(", ")", "'", '"', "/*", "*/", "/*!", "--", "\n", "$$", ";", "a", " or ", "1", "\\", "`", "."])
    edits = st.lists(st.tuples(st.floats(0, 1), pieces, st.integers(0, 3)), min_size=1, max_size=6)
    heads = st.sampled_from(["delete from t where a in (", "select 'x', /* y */ z from (", "update t set a = (("])
    return st.builds(_typed, heads, edits)


def _typed(head: str, edits: list[tuple[float, str, int]]) -> list[str]:
    buffers = [head + "abc, 'd', (5.5 + e), " * (LONG // 20 + 1)]
    for where, piece, taken in edits:
        at = int(where * len(buffers[-1]))
        buffers.append(buffers[-1][:at] + piece + buffers[-1][at + taken :])
    return buffers


@settings(max_examples=25, deadline=None)
@given(long_buffers(), st.sampled_from(sorted(DIALECTS)))
def test_a_long_buffer_is_read_after_every_key_as_if_it_were_new(buffers: list[str], dialect: str) -> None:
    here = reading(dialect)
    for buffer in buffers:
        fresh = reading(dialect)
        assert [found.statement for found in here.verdicts(buffer)] == [found.statement for found in fresh.verdicts(buffer)]
        assert here.verdicts(buffer) == fresh.verdicts(buffer)
        assert [found.statement.tokens for found in here.verdicts(buffer)] == [
            Statement(found.statement.text, found.statement.dialect).tokens for found in fresh.verdicts(buffer)
        ]


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.sampled_from(sorted(DIALECTS)))
def test_whatever_is_typed_is_judged(text: str, dialect: str) -> None:
    here = reading(dialect)
    assert isinstance(here.complete(text), bool)
    assert len(here.verdicts(text)) == sum(isinstance(piece, Statement) for piece in here.pieces(text))


@pytest.mark.parametrize(
    ("text", "word"),
    [("quit", "quit"), (" EXIT ;", "exit"), ("help\n", "help"), ("quit now", ""), ("select 1", "")],
)
def test_words_that_clients_have_always_taken(text: str, word: str) -> None:
    assert client_word(text) == word
