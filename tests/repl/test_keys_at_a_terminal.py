"""Keys on a real terminal, in both modes and sizes: maps from the configuration, the editor, resizing, cursor shapes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt, Person

ENTER, ESCAPE = "\r", "\x1b"
BOTH = pytest.mark.parametrize("keys", ["--vi", "--emacs"])
SIZES = pytest.mark.parametrize("size", [(24, 80), (50, 200)], ids=["80x24", "200x50"])
MAPS = '[ui.keys]\n"vi-insert jk" = "normal-mode"\n"emacs c-t" = "type select 42;"\n"f7" = "preview"\n'


@pytest.fixture
def mapped(tmp_path: Path) -> Path:
    """A configuration with keys."""
    config = tmp_path / "home" / "config" / "safesql" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text(MAPS)
    config.chmod(0o600)
    return config


@SIZES
def test_jk_leaves_insert_mode_and_j_alone_is_a_letter(
    at_prompt: AtPrompt, billing: Path, mapped: Path, size: tuple[int, int]
) -> None:
    with at_prompt("--vi", str(billing), size=size) as person:
        person.sees("vi insert")
        person.types("select 1 as j")
        person.sees("> select 1 as j")          # also without the k, after a moment
        person.types(";jk")
        person.sees("vi normal")
        person.sees("> select 1 as j;")
        person.types(ENTER)
        person.sees("1 row")


@SIZES
def test_any_key_can_be_mapped_in_emacs(
    at_prompt: AtPrompt, billing: Path, mapped: Path, size: tuple[int, int]
) -> None:
    with at_prompt("--emacs", str(billing), size=size) as person:
        person.sees("billing.db>")
        person.types("\x14")
        person.sees("> select 42;")
        person.types("\x15delete from billing where id < 4;\x1b[18~")
        person.sees("it would touch 3 of 2,431 rows of billing")


def test_a_wrong_map_is_named_with_its_line(at_prompt: AtPrompt, billing: Path, mapped: Path) -> None:
    mapped.write_text('[ui.keys]\n"f7" = "preview"\n"vi-insert jk" = "normal-mod"\n')
    with at_prompt(str(billing), size=(24, 200)) as person:
        person.sees("did you mean normal-mode?")
        assert person.leaves() == 9


@SIZES
@pytest.mark.parametrize(("keys", "edit"), [("--vi", ESCAPE + "v"), ("--emacs", "\x18\x05")])
def test_the_editor_opens_with_the_buffer_and_what_comes_back_waits(
    at_prompt: AtPrompt, billing: Path, tmp_path: Path, keys: str, edit: str, size: tuple[int, int], count_bills: Callable[[], int]
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/id = 1;/id = 2;/' \"$1\"\n")
    editor.chmod(0o755)
    with at_prompt(keys, str(billing), size=size, EDITOR=str(editor), VISUAL="") as person:
        person.sees("billing.db>")
        person.types("delete from billing where id = 1;")
        person.sees("id = 1;")
        person.types(edit)
        person.sees("> delete from billing where id = 2;")
        assert count_bills() == 2431
        person.types(ENTER)
        person.sees("DELETE 1")
    assert count_bills() == 2430


@BOTH
def test_resizing_while_editing_keeps_the_text_and_the_verdict(at_prompt: AtPrompt, billing: Path, keys: str) -> None:
    with at_prompt(keys, str(billing)) as person:
        person.sees("billing.db>")
        person.types("delete from billing")
        person.sees(" BLOCK  delete-without-where")
        for rows, columns in ((50, 200), (24, 80), (10, 40), (30, 100)):
            resized(person, rows, columns)
            until(lambda: "delete from bil" in person.text and "BLOCK" in person.last_line, person)
        person.types(" where id = 1;" + ENTER)
        person.sees("DELETE 1")


@BOTH
def test_resizing_while_rows_come_leaves_a_prompt_that_works(at_prompt: AtPrompt, billing: Path, keys: str) -> None:
    with at_prompt(keys, "--no-pager", str(billing)) as person:
        person.sees("billing.db>")
        person.runs("\\set row_limit 0")
        person.sees("row_limit: off")
        person.runs("select * from billing;")
        person.sees("customer 40")
        resized(person, 50, 200)
        resized(person, 24, 80)
        person.sees("customer 2431 ")
        person.sees("2,431 rows")
        person.runs("select 41 + 1 as answer;")
        person.sees("     42")


def test_the_cursor_has_the_shape_of_its_mode(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt("--vi", str(billing)) as person:
        person.sees("vi insert")
        assert shapes(person, ESCAPE, "vi normal")[-1] == b"2"        # a block, as in vi
        assert shapes(person, "i", "vi insert")[-1] == b"6"           # a beam
        assert shapes(person, ESCAPE + "r", "vi replace")[-1] == b"4"  # underlined


def shapes(person: Person, keys: str, mode: str) -> list[bytes]:
    """The shapes that the terminal is told, DECSCUSR, until the mode stands in the last line."""
    painted = b""
    person.types(keys)
    end = time.monotonic() + 20
    while mode not in person.last_line or not re.search(rb"\x1b\[\d q", painted):
        assert time.monotonic() < end, person.text
        painted += person.looks() or b""
    return re.findall(rb"\x1b\[(\d) q", painted)


def resized(person: Person, rows: int, columns: int) -> None:
    """The window gets another size."""
    person.screen.resize(rows, columns)
    person.process.setwinsize(rows, columns)
    person.looks(0.2)


def until(holds: Callable[[], bool], person: Person) -> None:
    """Wait for a condition of the screen."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, person.text
        person.looks()
