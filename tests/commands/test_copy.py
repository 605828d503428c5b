r"""``\copy`` at the prompt: a file at this end, the guard in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from safesql.guard.action import Environment
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk


@pytest.fixture
def somewhere(desk_at: MakeDesk, postgres_target: Target) -> Desk:
    """A desk at PostgreSQL with a table of two columns."""
    made = desk_at(postgres_target, Environment.DEVELOPMENT)
    made.types("CREATE TABLE bill (id integer PRIMARY KEY, note text);")
    made.types("INSERT INTO bill VALUES (1, 'one'), (2, NULL);")
    return made


def test_a_table_goes_out_and_comes_back(somewhere: Desk, tmp_path: Path) -> None:
    file = tmp_path / "bills of mine.csv"
    shown = somewhere.types(f"\\copy bill to '{file}' (format csv, header)")
    assert somewhere.went_well, shown
    assert "COPY" in shown
    assert file.read_text("utf-8") == "id,note\n1,one\n2,\n"
    somewhere.types("CREATE TABLE other (LIKE bill);")
    shown = somewhere.types(f"\\copy other (id, note) from '{file}' with (format csv, header)")
    assert somewhere.went_well, shown
    assert "2 rows" in shown or "COPY 2" in shown
    assert "one" in somewhere.types("SELECT * FROM other WHERE id = 1;")


def test_a_query_goes_out_and_the_last_statement_stays_what_it_was(somewhere: Desk, tmp_path: Path) -> None:
    somewhere.types("SELECT 1;")
    somewhere.types(f"\\copy (SELECT note FROM bill WHERE id = 1) to {tmp_path / 'note'}")
    assert (tmp_path / "note").read_text("utf-8") == "one\n"
    assert somewhere.shell.last == "SELECT 1"


def test_no_file_is_overwritten_and_none_is_run(somewhere: Desk, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("kept", "utf-8")
    assert "nothing is overwritten" in somewhere.types(f"\\copy bill to '{there}'")
    assert there.read_text("utf-8") == "kept"
    assert "runs a program" in somewhere.types(f"\\copy bill to program 'touch {tmp_path}/made'")
    assert "runs a program" in somewhere.types(f"\\copy bill from program 'touch {tmp_path}/made'")
    assert not (tmp_path / "made").exists()


def test_a_row_that_the_server_refuses_leaves_nothing_behind(somewhere: Desk, tmp_path: Path) -> None:
    file = tmp_path / "rows"
    file.write_text("3\tthree\n4\tfour\n1\ttwice\n", "utf-8")
    assert "duplicate key" in somewhere.types(f"\\copy bill from '{file}'")
    assert "2 |" in somewhere.types("SELECT count(*), 0 FROM bill;")


def test_loading_is_a_write_for_the_guard(desk_at: MakeDesk, postgres_target: Target, tmp_path: Path) -> None:
    made = desk_at(postgres_target, Environment.DEVELOPMENT)
    made.types("CREATE TABLE bill (id integer);")
    made.types("BEGIN READ ONLY;")
    file = tmp_path / "rows"
    file.write_text("3\n", "utf-8")
    assert "read-only" in made.types(f"\\copy bill from '{file}'")
    written = made.shell.session.audit.path.read_text("utf-8")
    assert "COPY bill FROM STDIN" in written


@pytest.mark.parametrize(("typed", "said"), [
    ("\\copy bill", "needs FROM or TO and a file"), ("\\copy bill from", "names no file"),
    ("\\copy bill from stdin", "name a file"), ("\\copy bill from '/no/such/file'", "cannot be read"),
    ("\\copy bill from -", "cannot be read"), ("\\copy bill; drop table bill to x", "is not understood"),
])  # fmt: skip
def test_what_is_not_understood_is_said_before_anything_is_sent(somewhere: Desk, typed: str, said: str) -> None:
    assert said in somewhere.types(typed)
    assert not somewhere.went_well


def test_other_servers_are_told_what_to_do(desk: Desk) -> None:
    assert "\\o FILE" in desk.types("\\copy billing to 'x'")
    assert not desk.went_well
