"""The founding story and its neighbours, typed by a person at a real terminal, against a real SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

ENTER, ALT_ENTER, CTRL_C, CTRL_D, F4, ESCAPE = "\r", "\x1b\r", "\x03", "\x04", "\x1bOS", "\x1b"
PASTE, END = "\x1b[200~", "\x1b[201~"
BOTH = pytest.mark.parametrize("keys", ["--vi", "--emacs"])
SIZES = pytest.mark.parametrize("size", [(24, 80), (50, 200)], ids=["80x24", "200x50"])
STAGING = ("--environment", "staging")
Count = Callable[[], int]


@BOTH
@SIZES
def test_delete_without_where_is_refused_and_the_rule_named(
    at_prompt: AtPrompt, billing: Path, count_bills: Count, keys: str, size: tuple[int, int]
) -> None:
    with at_prompt(keys, str(billing), size=size) as person:
        person.sees("production")
        person.runs("delete from billing;")
        person.sees("refused: nothing was sent")
        person.sees("BLOCK delete-without-where: every row of billing goes")
        person.sees("it would touch 2,431 of 2,431 rows of billing")
        person.sees("billing.db>", 2)
        assert count_bills() == 2431
        person.types(CTRL_D)
        assert person.leaves() == 0
    assert count_bills() == 2431


@SIZES
def test_the_toolbar_judges_while_one_types(at_prompt: AtPrompt, billing: Path, size: tuple[int, int]) -> None:
    with at_prompt(str(billing), size=size) as person:
        person.sees("billing.db>")
        person.types("delete from billing")
        person.sees(" BLOCK  delete-without-where: every row of billing goes")
        assert "BLOCK" in person.last_line
        person.types(" where id = 7")
        person.sees(" ALLOW ")
        assert "BLOCK" not in person.text


@BOTH
def test_a_line_end_does_not_end_a_statement(at_prompt: AtPrompt, billing: Path, count_bills: Count, keys: str) -> None:
    with at_prompt(keys, str(billing)) as person:
        person.sees("billing.db>")
        person.types("delete from billing" + ENTER)
        person.sees("->")
        person.types("where id = 7;")
        person.sees("where id = 7;")
        person.types(ENTER)
        person.sees("DELETE 1")
    assert count_bills() == 2430


@BOTH
def test_a_paste_waits_for_enter(at_prompt: AtPrompt, billing: Path, count_bills: Count, keys: str) -> None:
    with at_prompt(keys, str(billing)) as person:
        person.sees("billing.db>")
        person.types(PASTE + "delete from billing where id = 1;\rdelete from billing where id = 2;\r" + END)
        person.sees("where id = 2;")
        person.looks(0.5)
        assert count_bills() == 2431
        person.types(ENTER)
        person.sees("DELETE 1", 2)
    assert count_bills() == 2429


def test_the_typed_answer_runs_it(at_prompt: AtPrompt, billing: Path, count_bills: Count) -> None:
    with at_prompt(*STAGING, str(billing)) as person:
        person.sees("billing.db>")
        person.runs("delete from billing;")
        person.sees("to run it type billing 2431")
        person.answers("billing 2431")
        person.sees("DELETE 2431")
    assert count_bills() == 0


@pytest.mark.parametrize("answer", ["y", "yes", "run", "billing", "billing 2430", "2431"])
def test_no_other_answer_runs_it(at_prompt: AtPrompt, billing: Path, count_bills: Count, answer: str) -> None:
    with at_prompt(*STAGING, str(billing)) as person:
        person.sees("billing.db>")
        person.runs("delete from billing;")
        person.answers(answer)
        person.sees("that is not billing 2431; nothing was sent")
        person.types(CTRL_C)
        person.sees("not run: the answer was no")
    assert count_bills() == 2431


@pytest.mark.parametrize("ahead", ["billing 2431\r", PASTE + "billing 2431\r" + END])
def test_what_is_typed_ahead_or_pasted_is_no_answer(
    at_prompt: AtPrompt, billing: Path, count_bills: Count, ahead: str
) -> None:
    with at_prompt(*STAGING, str(billing)) as person:
        person.sees("billing.db>")
        person.types("delete from billing;" + ENTER + ahead + ahead)
        person.sees("to run it type billing 2431")
        person.looks(1.0)
        assert count_bills() == 2431
        person.types(PASTE + "billing 2431" + END + ENTER)
        person.looks(0.5)
        assert count_bills() == 2431
        person.types(CTRL_C)
        person.sees("not run: the answer was no")
    assert count_bills() == 2431


def test_rows_are_shown_before_the_answer(at_prompt: AtPrompt, billing: Path, count_bills: Count) -> None:
    with at_prompt(*STAGING, str(billing), size=(50, 200)) as person:
        person.sees("billing.db>")
        person.runs("delete from billing;")
        person.answers("p")
        person.sees("customer 17")
        person.sees("to run it type billing 2431", 2)
        person.looks(0.6)
        person.types("c")
        person.looks(0.2)
        person.types(ENTER)
        person.sees("not run: the answer was no")
    assert count_bills() == 2431


def test_the_question_can_be_answered_with_a_review_file(
    at_prompt: AtPrompt, billing: Path, count_bills: Count, tmp_path: Path
) -> None:
    with at_prompt(*STAGING, str(billing)) as person:
        person.sees("billing.db>")
        person.runs("delete from billing;")
        person.answers("s")
        person.sees("write it to which file")
        person.looks(0.6)
        person.types(str(tmp_path / "review.sql"))
        person.looks(0.2)
        person.types(ENTER)
        person.sees("not executed: written to review.sql for review")
        person.sees("staging to review.sql")
    assert "\ndelete from billing;\n" in (tmp_path / "review.sql").read_text()
    assert count_bills() == 2431


def test_the_statement_comes_back_for_editing(at_prompt: AtPrompt, billing: Path, count_bills: Count) -> None:
    with at_prompt(*STAGING, str(billing)) as person:
        person.sees("billing.db>")
        person.runs("delete from billing;")
        person.answers("e")
        person.sees("billing.db> delete from billing;", 2)
        person.types("\x7f where id = 7;")
        person.sees("where id = 7;")
        person.types(ENTER)
        person.sees("DELETE 1")
    assert count_bills() == 2430


def test_ctrl_c_drops_the_input(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        person.types("select 'never'")
        person.sees("never")
        person.types(CTRL_C)
        person.sees("billing.db>", 2)
        person.runs("select 6 * 7 as answer;")
        person.sees("42")


def test_ctrl_c_stops_the_query_and_keeps_the_session(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing), size=(50, 200)) as person:
        person.sees("billing.db>")
        person.runs("begin;")
        person.sees("billing.db*>")
        person.runs("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n;")
        person.looks(0.5)
        person.types(CTRL_C)
        person.sees("cancelled")
        person.sees("billing.db*>", 2)
        person.runs("select count(*) as bills from billing;")
        person.sees("2431")


@pytest.mark.parametrize(("answer", "left"), [("r", 2431), ("c", 2430)])
def test_ctrl_d_with_a_transaction_open_asks(
    at_prompt: AtPrompt, billing: Path, count_bills: Count, answer: str, left: int
) -> None:
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        person.runs("begin;")
        person.sees("transaction open")
        person.runs("delete from billing where id = 7;")
        person.sees("DELETE 1")
        person.sees("billing.db*>", 2)
        person.types(CTRL_D)
        person.sees("a transaction is open")
        person.looks(0.6)
        person.types("s" + ENTER)
        person.sees("billing.db*>", 3)
        person.types(CTRL_D)
        person.sees("a transaction is open", 2)
        person.looks(0.6)
        person.types(answer + ENTER)
        assert person.leaves() == 0
    assert count_bills() == left


def test_several_statements_stop_at_the_first_refusal(at_prompt: AtPrompt, billing: Path, count_bills: Count) -> None:
    with at_prompt(str(billing), size=(50, 200)) as person:
        person.sees("billing.db>")
        person.runs("delete from billing where id = 1; delete from billing; delete from billing where id = 2;")
        person.sees("refused: nothing was sent")
        person.sees("billing.db>", 2)
    assert count_bills() == 2430


def test_an_error_shows_the_place_and_the_reason(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        person.runs("select nothing_such from billing;")
        person.sees("error: no such column: nothing_such")


def test_long_results_go_through_the_pager_and_come_back(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        person.runs("select * from billing;")
        person.sees("customer 20")
        person.looks(0.3)
        assert "customer 2431" not in person.text
        person.types("q")
        person.sees("billing.db>", 2)


def test_f4_switches_between_vi_and_emacs(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt("--emacs", str(billing)) as person:
        person.sees("emacs")
        person.types(F4)
        person.sees("vi insert")
        person.types("select 1" + ESCAPE)
        person.sees("vi normal")
        person.types(F4)
        person.sees(" emacs")
        person.types(CTRL_C)
        person.runs("\\set keybindings vi")
        person.sees("keybindings: vi")
        person.sees("vi insert")


def test_names_are_completed_from_the_database(at_prompt: AtPrompt, billing: Path) -> None:
    with closing(sqlite3.connect(billing)) as raw:
        raw.execute('CREATE TABLE "odd ""name" (a int)')
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        person.looks(1.0)
        person.types("select * from bil")
        person.sees("billing  table")
        person.types("\t;" + ENTER)
        person.sees("billing.db> select * from billing;")
        person.looks(0.5)
        person.types("q")
        person.types("select * from odd")
        person.sees('odd "name  table')
        person.types("\t")
        person.sees('from "odd ""name"')


def test_a_lost_secret_is_not_in_the_history(at_prompt: AtPrompt, billing: Path, tmp_path: Path) -> None:
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        person.runs("\\c postgresql://app:s3cret@127.0.0.1:1/nowhere")
        person.sees("billing.db>", 2)
        person.runs("select 1;")
        person.sees("1 row")
        person.types(CTRL_D)
        person.leaves()
    kept = "".join(path.read_text() for path in (tmp_path / "home" / "state").rglob("history*"))
    assert "select 1;" in kept
    assert "s3cret" not in kept
