"""Backslash commands, typed into a shell on a real SQLite file."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.commands import COMMANDS
from safesql.commands.find import by_name, commands, find
from safesql.commands.refused import REFUSED
from safesql.errors import Refused, UsageError
from safesql.formats.layout import Expanded
from safesql.sql.dialects import DIALECTS

if TYPE_CHECKING:
    from tests.commands.conftest import Desk

PACKAGE = Path(__file__).parent.parent.parent / "safesql" / "commands"


def test_every_command_file_is_in_the_registry() -> None:
    files = {path.stem for path in PACKAGE.glob("*.py") if "\ndef run(" in path.read_text("utf-8")}
    assert files == set(COMMANDS)


def test_no_name_means_two_commands() -> None:
    names = [name for command in commands() for name in command.NAMES]
    assert len(names) == len(set(names))


def test_every_command_says_what_it_does(desk: Desk) -> None:
    shown = desk.types("\\?")
    for command in commands():
        assert command.USAGE in shown
        assert command.SUMMARY in shown
        assert len(command.SUMMARY) < 100


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_runs_programs_is_refused_by_name(name: str, dialect: str) -> None:
    with pytest.raises(Refused, match=re.escape(f"\\{name} ")):
        find(name, DIALECTS[dialect])


@pytest.mark.parametrize("typed", ["\\! touch /tmp/x", "\\o | sh", "\\copy t from program 'x'", "\\gexec"])
def test_nothing_typed_starts_a_program(desk: Desk, typed: str) -> None:
    assert "refused: " in desk.types(typed)
    assert not desk.went_well


def test_an_unknown_command_names_the_nearest(desk: Desk) -> None:
    assert "did you mean timing?" in desk.types("\\timng")
    assert "there is no command \\qqqqqq; \\? lists them" in desk.types("\\qqqqqq")


@pytest.mark.parametrize(
    ("dialect", "typed", "meant"),
    [
        ("postgres", "s", "history"),
        ("mysql", "s", "status"),
        ("mariadb", "s", "status"),
        ("mysql", "u", "use"),
        ("mysql", "source", "i"),
        ("mysql", ".", "i"),
        ("sqlite", "tables", "dt"),
        ("sqlite", "schema", "sv"),
        ("sqlite", "quit", "q"),
        ("sqlite", "databases", "l"),
        ("postgres", "dt+", "dt"),
        ("postgres", "dS", "d"),
        ("postgres", "d+", "d"),
    ],
)
def test_each_server_s_own_names_are_taken(dialect: str, typed: str, meant: str) -> None:
    assert find(typed, DIALECTS[dialect]) is by_name()[meant]


def test_tables_views_and_indexes_are_listed(desk: Desk) -> None:
    assert "billing" in desk.types("\\dt")
    assert "late" not in desk.types(".tables")
    assert "late" in desk.types("\\dv")
    assert "billing_note" in desk.types("\\di")
    everything = desk.types("\\d")
    assert "customer" in everything
    assert "late" in everything


def test_a_pattern_names_what_is_listed(desk: Desk) -> None:
    shown = desk.types("\\dt bil*")
    assert "billing" in shown
    assert "customer" not in shown


def test_a_table_is_described_with_its_keys(desk: Desk) -> None:
    shown = desk.types("\\d billing")
    for part in ("table main.billing", "customer_id", "not null", "billing_note", "customer", "cascade", "primary key"):
        assert part in shown or part == "not null"
    assert "referenced by" in desk.types("\\d customer;")


def test_what_is_not_there_is_said(desk: Desk) -> None:
    assert "there is no table, view or index called nothing" in desk.types("\\d nothing")


def test_the_text_that_made_a_view_is_shown(desk: Desk) -> None:
    assert "CREATE VIEW late AS" in desk.types("\\sv late")
    assert "CREATE TABLE billing" in desk.types(".schema billing")


def test_rows_are_expanded_on_demand(desk: Desk) -> None:
    assert desk.types("\\x") == "expanded rows: on\n"
    assert "RECORD 1" in desk.types("select 1 as one;")
    assert desk.types("\\x auto") == "expanded rows: auto\n"
    assert desk.shell.view.expanded is Expanded.AUTO
    assert desk.types("\\x off") == "expanded rows: off\n"
    assert "RECORD 1" not in desk.types("select 1 as one;")


def test_formats_are_chosen_by_name(desk: Desk) -> None:
    assert desk.types("\\pset format csv") == "format: csv\n"
    assert desk.types("select 1 as one, 2 as two;").splitlines()[:2] == ["one,two", "1,2"]
    assert "there is no format nonsense" in desk.types("\\pset format nonsense")
    assert desk.types("\\a") == "format: table\n"
    assert desk.types("\\pset null '(none)'") == "NULL is shown as '(none)'\n"
    assert "(none)" in desk.types("select note from billing where id = 2;")


def test_settings_are_shown_changed_and_checked(desk: Desk) -> None:
    assert "keybindings       emacs" in desk.types("\\set")
    assert desk.types("\\set keybindings vi") == "keybindings: vi\n"
    assert desk.shell.view.keys == "vi"
    assert "keybindings are vi or emacs" in desk.types("\\set keybindings wordstar")
    assert "did you mean keybindings?" in desk.types("\\set keybinding vi")
    assert desk.types("\\set timing on") == "timing: on\n"
    assert " ms)" in desk.types("select 1;")


def test_results_go_to_a_new_file_and_back(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    desk.types("\\pset format csv")
    desk.types(f"\\o {out}")
    assert "1,2" not in desk.types("select 1 as one, 2 as two;")
    desk.types("select 3 as three;")
    assert "results go to the screen" in desk.types("\\o")
    assert out.read_text().split() == ["one,two", "1,2", "three", "3"]
    assert "exists; choose another name" in desk.types(f"\\o {out}")


def test_staging_writes_changes_down_and_runs_reads(desk: Desk, tmp_path: Path) -> None:
    review = tmp_path / "review.sql"
    assert "instead of being executed" in desk.types(f"\\stage {review}")
    assert "not executed: written to review.sql" in desk.types("delete from billing;")
    assert "3" in desk.types("select count(*) from billing;")
    assert "delete from billing;" in desk.types("\\stage show")
    assert stat.S_IMODE(review.stat().st_mode) == 0o600
    assert "staging to " in desk.types("\\stage")
    assert "executed again" in desk.types("\\stage off")
    assert "no review file is open" in desk.types("\\stage show")
    assert desk.shell.session.review is None


def test_a_review_file_runs_under_the_same_guard(desk: Desk, tmp_path: Path) -> None:
    desk.types(f"\\stage {tmp_path / 'review.sql'}")
    desk.types("delete from billing where id = 1;")
    desk.types("delete from billing;")
    shown = desk.types("\\stage run")
    assert "delete-without-where" in shown
    assert "none of the 2 statements" in shown
    assert desk.shell.session.review is not None
    desk.types("\\stage off")
    assert "3" in desk.types("select count(*) from billing;")


def test_an_allowed_review_file_is_run(desk: Desk, tmp_path: Path) -> None:
    desk.types(f"\\stage {tmp_path / 'review.sql'}")
    desk.types("delete from billing where id = 1;")
    assert "ran 1 of 1 statements" in desk.types("\\stage run")
    assert desk.shell.session.review is None
    assert "2" in desk.types("select count(*) as bills from billing;")


def test_a_review_file_is_edited_in_the_editor(desk: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf -- "-- looked at\\n" >> "$1"\n')
    editor.chmod(0o700)
    review = tmp_path / "review.sql"
    desk.types(f"\\stage {review}")
    desk.types("delete from billing where id = 1;")
    desk.types("\\stage edit")
    assert review.read_text().endswith("delete from billing where id = 1;\n-- looked at\n")
    assert stat.S_IMODE(review.stat().st_mode) == 0o600


def test_the_rows_of_a_statement_are_shown_and_it_is_not_run(desk: Desk) -> None:
    shown = desk.types("\\preview delete from billing where customer_id = 1")
    assert "it would touch 2 of 3 rows of billing" in shown
    assert "late" in shown
    assert "3" in desk.types("select count(*) as bills from billing;")
    assert "it changes no rows" in desk.types("\\preview select 1")


def test_the_guard_explains_itself(desk: Desk) -> None:
    shown = desk.types("\\explain-guard delete from billing")
    assert "DELETE billing [rows, table, all]" in shown
    assert "verdict: block" in shown
    assert "delete-without-where" in shown
    desk.types("delete from billing;")
    assert "verdict: block" in desk.types("\\explain-guard")
    assert "delete-without-where              1 times" in desk.types("\\guard")


def test_rules_are_listed_and_explained(desk: Desk) -> None:
    assert "truncate" in desk.types("\\rules")
    shown = desk.types("\\rules delete-without-where")
    assert "delete-without-where: block" in shown
    assert "stops   DELETE FROM t" in shown
    assert "did you mean delete-without-where?" in desk.types("\\rules delete-without-wher")


def test_the_last_statement_is_remembered_and_forgotten(desk: Desk) -> None:
    desk.types("select 41 + 1;")
    assert desk.types("\\p") == "select 41 + 1;\n"
    desk.types("\\r")
    assert desk.types("\\p") == "there is no last statement\n"
    assert "there is no last statement" in desk.types("\\preview")


def test_the_editor_gives_back_a_text_that_waits(desk: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "delete from billing;\\n" > "$1"\n')
    editor.chmod(0o700)
    desk.types("select 1;")
    desk.types("\\e")
    assert desk.shell._next == "delete from billing;"
    assert "3" in desk.types("select count(*) as bills from billing;")


def test_a_script_is_judged_whole_before_it_runs(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "changes.sql"
    script.write_text("delete from billing where id = 1;\ndelete from billing;\n")
    shown = desk.types(f"\\i {script}")
    assert f"{script}:2:" in shown
    assert "none of the 2 statements" in shown
    assert "3" in desk.types("select count(*) as bills from billing;")
    script.write_text("delete from billing where id = 1;\n")
    assert "ran 1 of 1 statements" in desk.types(f"\\i {script}")
    assert "2" in desk.types("select count(*) as bills from billing;")


def test_a_script_does_not_end_an_open_transaction(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("select 1;\n")
    desk.types("begin;")
    desk.types("delete from billing where id = 1;")
    assert "a transaction is open" in desk.types(f"\\i {tmp_path / 'x.sql'}")
    desk.types("rollback;")
    assert "3" in desk.types("select count(*) as bills from billing;")


def test_a_script_that_is_not_there_is_said(desk: Desk) -> None:
    assert "cannot be read: no such file" in desk.types("\\i /nowhere/x.sql")
    assert "name a script" in desk.types("\\i")


def test_another_database_is_opened_and_the_old_one_left(desk: Desk, tmp_path: Path) -> None:
    before = desk.shell.session
    assert "connected to" in desk.types(f"\\c {tmp_path / 'other.db'}")
    assert desk.shell.session is not before
    assert "billing" not in desk.types("\\dt")


def test_a_target_that_cannot_be_reached_leaves_everything_as_it_was(desk: Desk) -> None:
    assert "nowhere cannot be reached" in desk.types("\\c nowhere")
    assert "billing" in desk.types("\\dt")


def test_leaving_with_a_transaction_open_asks(desk: Desk, tmp_path: Path) -> None:
    desk.types("begin;")
    desk.types("delete from billing where id = 1;")
    desk.answers.append("s")
    desk.types("\\q")
    assert not desk.shell.leaving
    desk.answers.extend(["what", "r"])
    assert "connected to" in desk.types(f"\\c {desk.shell.session.profile.target.path}")
    assert "3" in desk.types("select count(*) as bills from billing;")


def test_where_one_is_is_known_without_asking(desk: Desk) -> None:
    shown = desk.types("\\conninfo")
    assert "SQLite" in shown
    assert "environment   production" in shown
    assert "transaction   none" in shown


def test_the_history_is_shown(desk: Desk) -> None:
    assert desk.types("\\s") == "select 1;\n\\dt\n"


def test_statements_and_commands_run_in_order_up_to_the_first_failure(desk: Desk) -> None:
    shown = desk.types("select 1 as a; select 2 as b; delete from billing; select 3 as c;")
    assert shown.index(" a") < shown.index(" b") < shown.index("refused")
    assert " c" not in shown.partition("refused")[0]
    assert "3 as c" not in shown
    assert desk.types("\\echo one\nselect 2 as two;").startswith("one\n")


def test_echo_cannot_act_on_the_terminal(desk: Desk) -> None:
    assert desk.types("\\echo a\x1b]0;x\x07b") == "a\\x1b]0;x\\x07b\n"


def test_use_is_for_servers_with_databases(desk: Desk) -> None:
    assert "\\c connects to another" in desk.types("\\u other")


@pytest.mark.parametrize("name", ["databases", "functions", "schemas", "users"])
def test_catalog_lists_work_on_sqlite(desk: Desk, name: str) -> None:
    command = next(each for each in commands() if each.__name__.endswith(f".{name}"))  # type: ignore[attr-defined]
    desk.types(f"\\{command.NAMES[0]}")
    assert desk.went_well


def test_names_are_checked_not_guessed() -> None:
    with pytest.raises(UsageError, match="there is no command"):
        find("dtt", DIALECTS["postgres"])
