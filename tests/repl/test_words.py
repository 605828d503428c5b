"""What is said after a statement."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from safesql.engine.stopped import Stopped
from safesql.engine.submit import Done, Fate
from safesql.engine.touched import Touched
from safesql.errors import CannotRecord, ConnectionLost, Drift, SafesqlError, StatementFailed
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.repl.first_rows import Shown
from safesql.repl.place import Place
from safesql.repl.words import done_lines, error_lines
from safesql.result import Notice, Summary
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

ROOT = Path(__file__).parent.parent.parent
HERE = Place("h", staging="review.sql")
NOTHING = Shown()


def verdict(text: str) -> Verdict:
    return judge(Statement(text, DIALECTS["postgres"]), Policy())


def said(summary: Summary, stood: Shown = NOTHING, *, timing: bool = False) -> list[str]:
    done = Done(verdict("select 1"), Fate.DONE, summary, stood.rows, 0.012)
    return list(done_lines(done, HERE, stood, timing=timing))


def test_tag_rows_and_time_are_told_once() -> None:
    assert said(Summary("DELETE 3", 3)) == ["DELETE 3"]
    assert said(Summary("UPDATE", 1)) == ["UPDATE: 1 row"]
    assert said(Summary("UPDATE", 1200)) == ["UPDATE: 1,200 rows"]
    assert said(Summary("CREATE TABLE"), timing=True) == ["CREATE TABLE (12 ms)"]
    assert said(Summary("SELECT 2", 2), Shown(2, any=True), timing=True) == ["2 rows (12 ms)"]
    assert said(Summary("SELECT 1", 1), Shown(1, any=True)) == ["1 row"]


def test_rows_that_are_not_all_are_never_told_as_if_they_were() -> None:
    assert said(Summary("SELECT"), Shown(1000, any=True, more=True), timing=True) == [
        "showing the first 1,000 rows of more (12 ms); \\set row_limit 0 shows all, \\o FILE writes all to a file"
    ]
    assert said(Summary("SELECT"), Shown(2000, any=True, left=True)) == ["the pager was left after 2,000 rows"]


def test_notices_come_before_the_tag_and_cannot_act() -> None:
    lines = said(Summary("DO", None, (Notice("NOTICE", "a\x1b[2Jb", hint="c\x07"),)))
    assert lines[0] == "notice: a\\x1b[2Jb"
    assert lines[-1] == "DO"
    assert all(line.isprintable() for line in lines)


def test_a_staged_statement_says_where_and_how_many() -> None:
    done = Done(verdict("delete from t"), Fate.STAGED, Summary("STAGED"), touched=(Touched("t", 2, 3),))
    assert list(done_lines(done, HERE, NOTHING, timing=True)) == [
        "not executed: written to review.sql for review",
        "  it would touch 2 of 3 rows of t",
    ]


def test_a_refusal_shows_rule_place_rows_and_the_way_on() -> None:
    error = Stopped(verdict("delete\nfrom billing"), (Touched("billing", 2431, 2431),))
    lines = list(error_lines(error))
    assert lines[:5] == [
        "refused: nothing was sent",
        "BLOCK delete-without-where: every row of billing goes",
        "  delete",
        "  ^",
        "  it would touch 2,431 of 2,431 rows of billing",
    ]
    assert "\\stage FILE" in lines[-1]


def test_the_server_s_own_words_are_shown_with_the_place() -> None:
    error = StatementFailed('column "x" does not exist', code="42703", detail="d", hint="h", position=7, context="c")
    assert list(error_lines(error, "select x")) == [
        'error: column "x" does not exist [42703]',
        "  select x",
        "         ^",
        "  detail: d",
        "  hint: h",
        "  context: c",
    ]


@pytest.mark.parametrize("kind", [StatementFailed, ConnectionLost, Drift, CannotRecord, SafesqlError])
def test_no_message_can_act_on_the_terminal(kind: type[SafesqlError]) -> None:
    lines = list(error_lines(kind("a\x1b]0;x\x07\u202eb")))
    assert lines
    assert all(line.isprintable() for line in lines)


def test_without_a_terminal_nobody_answers() -> None:
    code = "from safesql.repl.answer import read_answer; print(read_answer('answer> '))"
    done = subprocess.run(
        [sys.executable, "-c", code], input="y\n", capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "None\n"
