"""The screen of one input, and the pager behind it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from safesql.repl.pager import pager_words
from safesql.repl.screen import PagerClosed, Screen, pager_of


def copying_to(path: Path) -> tuple[str, ...]:
    """A pager that keeps what it got, and how less would have been allowed to behave."""
    program = "import os, sys, pathlib; pathlib.Path(sys.argv[1]).write_text(os.environ['LESSSECURE'] + sys.stdin.read())"
    return (sys.executable, "-c", program, str(path))


def test_what_fits_the_screen_needs_no_pager(tmp_path: Path) -> None:
    stream = io.StringIO()
    screen = Screen(stream, columns=20, rows=5, pager=copying_to(tmp_path / "paged"))
    screen.write("one\ntwo\n")
    screen.finish()
    assert stream.getvalue() == "one\ntwo\n"
    assert not (tmp_path / "paged").exists()


@pytest.mark.parametrize("text", ["line\n" * 5, "a" * 100 + "\n"], ids=["many lines", "one line that wraps"])
def test_what_does_not_fit_goes_through_the_pager_whole(text: str, tmp_path: Path) -> None:
    stream = io.StringIO()
    screen = Screen(stream, columns=20, rows=5, pager=copying_to(tmp_path / "paged"))
    screen.write("first\n")
    screen.write(text)
    screen.finish()
    assert stream.getvalue() == ""
    assert (tmp_path / "paged").read_text() == "1first\n" + text


def test_without_a_pager_everything_goes_straight_on() -> None:
    stream = io.StringIO()
    screen = Screen(stream, columns=20, rows=5)
    screen.write("line\n" * 100)
    assert stream.getvalue() == "line\n" * 100


def test_a_pager_that_does_not_start_costs_no_output() -> None:
    stream = io.StringIO()
    screen = Screen(stream, columns=20, rows=5, pager=("/nowhere/pager",))
    screen.write("line\n" * 50)
    screen.write("last\n")
    screen.finish()
    assert stream.getvalue() == "line\n" * 50 + "last\n"


def test_leaving_the_pager_ends_the_writing() -> None:
    screen = Screen(io.StringIO(), columns=20, rows=5, pager=(sys.executable, "-c", "pass"))
    with pytest.raises(PagerClosed):
        for _ in range(100_000):
            screen.write("line\n" * 10)
    screen.finish()
    with pytest.raises(PagerClosed):
        screen.write("more")


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({}, ("less",)),
        ({"PAGER": "more -s"}, ("more", "-s")),
        ({"PAGER": "less; rm x"}, ("less;", "rm", "x")),
        ({"PAGER": ""}, ()),
        ({"PAGER": "it's broken"}, ("less",)),
    ],
)
def test_the_pager_is_words_and_never_a_shell_command(environ: dict[str, str], command: tuple[str, ...]) -> None:
    assert pager_of(environ) == command


PSPG = ("/usr/bin/pspg", "-s", "4")


@pytest.mark.parametrize(
    ("pager", "form", "command"),
    [
        (PSPG, "table", PSPG),
        (PSPG, "csv", (*PSPG, "--csv", "--csv-header=on")),
        (PSPG, "tsv", (*PSPG, "--tsv", "--csv-header=on")),
        (PSPG, "json", ("less",)),
        (PSPG, "vertical", ("less",)),
        (PSPG, "", ("less",)),
        (("less", "-N"), "csv", ("less", "-N")),
        (("more",), "", ("more",)),
    ],
)
def test_pspg_gets_tables_and_is_told_how_they_are_written(
    pager: tuple[str, ...], form: str, command: tuple[str, ...]
) -> None:
    assert pager_words(pager, form) == command
