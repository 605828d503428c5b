r"""``\n``, ``\ns``, ``\nd`` and ``\watch``: queries that are run again, judged every time."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from time import sleep

import pytest

from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk


def test_a_query_gets_a_name_and_runs_by_it(desk: Desk) -> None:
    assert "late is a named query" in desk.types("\\ns late SELECT name FROM customer WHERE id = $1")
    assert "Ada" in desk.types("\\n late 1")
    assert "Bo" in desk.types("\\n late 2")
    assert desk.went_well
    assert "late  SELECT name FROM customer WHERE id = $1" in desk.types("\\n")


def test_the_last_statement_can_get_the_name(desk: Desk) -> None:
    desk.types("SELECT count(*) AS bills FROM billing;")
    desk.types("\\ns bills")
    assert "3" in desk.types("\\n bills")
    assert "bills is now another query" in desk.types("\\ns bills SELECT 77;")
    assert "77" in desk.types("\\named bills")


def test_values_are_literals_whatever_they_hold(desk: Desk) -> None:
    desk.types("\\ns who SELECT id FROM customer WHERE name = :who OR name = $1")
    shown = desk.types("\\n who \"x' OR '1'='1\" who='; DELETE FROM customer; --'")
    assert desk.went_well
    assert "0 rows" in shown
    assert "1" in desk.types("\\n who who=Ada nobody")
    assert "2" in desk.types("SELECT count(*) FROM customer;")


@pytest.mark.parametrize(("typed", "said"), [
    ("\\n who", "who needs a value for $1"),
    ("\\n who a", "who needs a value for :b"),
    ("\\n who a b=1 c", "who takes 1 values in order, and 2 were given"),
    ("\\n whoo", "no query is named whoo; did you mean who?"),
    ("\\n who 'a", "a quote in the arguments is not closed"),
    ("\\nd nobody", "no query is named nobody"),
    ("\\nd", "name the query"),
    ("\\ns a/b SELECT 1", "name it with letters"),
])  # fmt: skip
def test_what_cannot_be_run_is_said(desk: Desk, typed: str, said: str) -> None:
    desk.types("\\ns who SELECT $1, :b")
    assert said in desk.types(typed)
    assert not desk.went_well


def test_a_query_is_forgotten(desk: Desk) -> None:
    desk.types("\\ns x SELECT 1")
    assert "x is forgotten" in desk.types("\\nd x")
    assert "no query has a name yet" in desk.types("\\n")


def test_a_named_query_is_judged_when_it_runs(desk: Desk) -> None:
    desk.types("\\ns nuke DELETE FROM billing")
    shown = desk.types("\\n nuke")
    assert "refused: nothing was sent" in shown
    assert "delete-without-where" in shown
    assert "3" in desk.types("SELECT count(*) FROM billing;")


def test_a_statement_is_watched_as_often_as_asked(desk: Desk) -> None:
    desk.types("SELECT name FROM customer ORDER BY id;")
    shown = desk.types("\\watch 0.01 c=3")
    assert desk.went_well
    assert shown.count("Ada") == 3
    assert shown.count("(every 0.01s)") == 3
    assert desk.shell.view.pager


def test_a_statement_is_watched_from_its_own_line_as_in_psql(desk_at: MakeDesk, postgres_target: Target) -> None:
    desk = desk_at(postgres_target)
    shown = desk.types("SELECT 'seen' AS x \\watch i=0.01 c=2")
    assert shown.count("seen") == 2


@pytest.mark.parametrize(("statement", "said"), [
    ("DELETE FROM billing WHERE id = 1;", "delete is more than a read"),
    ("INSERT INTO billing VALUES (9, 1, 'x');", "insert is more than a read"),
    ("PRAGMA cache_size = 5;", "pragma is more than a read"),
    ("BEGIN;", "begin is more than a read"),
])  # fmt: skip
def test_only_reads_are_repeated(desk: Desk, statement: str, said: str) -> None:
    desk.types(statement)
    before = desk.types("SELECT count(*), total_changes() FROM billing;")
    desk.shell.last = statement.rstrip(";")
    assert said in desk.types("\\watch 0.01 c=5")
    assert not desk.went_well
    assert desk.types("SELECT count(*), total_changes() FROM billing;") == before


def test_each_run_is_judged_anew(desk: Desk, sqlite_path: Path) -> None:
    desk.types("SELECT * FROM late;")
    desk.types("DROP VIEW late;")
    desk.shell.last = "SELECT * FROM late"
    shown = desk.types("\\watch 0.01 c=5")
    assert shown.count("(every") == 1
    assert not desk.went_well
    assert sqlite_path.exists()


@pytest.mark.parametrize("argument", ["x", "-1", "0 c=0", "c=", "1 2x", "i=", "1e9"])
def test_a_pace_that_is_none_is_refused(desk: Desk, argument: str) -> None:
    desk.types("SELECT 1;")
    assert "give seconds" in desk.types(f"\\watch {argument}")


def test_ctrl_c_ends_it(desk: Desk) -> None:
    desk.types("SELECT 1;")

    def interrupt() -> None:
        sleep(0.4)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    shown = desk.types("\\watch 30")
    assert "watched 1 times" in shown
    assert desk.went_well
