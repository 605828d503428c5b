"""The guided tour, taken at a terminal and read in a pipe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.formats.width import width
from safesql.repl.tour import FAREWELL, STEPS, WELCOME, whole
from tests.repl.conftest import CTRL_D, ENTER, ROOT

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt, Person

BOTH = pytest.mark.parametrize("keys", ["--vi", "--emacs"])


def takes(person: Person, number: int) -> None:
    """Have the step typed and run it."""
    step = STEPS[number - 1]
    person.sees(f"[{number}/{len(STEPS)}]")
    person.sees("demo", number)
    person.types(ENTER)
    person.sees("> " + step.typed)
    person.types(ENTER)


@pytest.mark.parametrize(("keys", "size"), [("--vi", (24, 80)), ("--emacs", (50, 200))])
def test_enter_leads_through_all_of_it(at_prompt: AtPrompt, tmp_path: Path, keys: str, size: tuple[int, int]) -> None:
    with at_prompt("--tour", keys, size=size) as person:
        for number in range(1, 5):
            takes(person, number)
        person.answers("r")
        for number in range(5, len(STEPS) + 1):
            takes(person, number)
        person.sees("That was the tour")
        assert "2,294 of 2,294 rows" in person.text.partition("[8/")[2]        # the undo brought the one row back
        person.runs("select 41 + 1 as answer;")
        person.sees("     42")
        person.runs("\\q")
        assert person.leaves() == 0
    assert not list((tmp_path / "home").glob("*.sql"))


def test_something_else_runs_too_and_the_step_is_told_again(at_prompt: AtPrompt) -> None:
    with at_prompt("--tour") as person:
        person.sees("[1/9]")
        person.runs("delete from billing where id = 1;")
        person.sees("DELETE 1")
        person.sees("[1/9]", 2)
        person.runs("select 1;")
        person.sees("[2/9]")


def test_a_step_can_be_skipped(at_prompt: AtPrompt) -> None:
    with at_prompt("--tour") as person:
        for number in range(1, len(STEPS) + 1):
            person.sees(f"[{number}/{len(STEPS)}]")
            person.runs("skip")
        person.sees("That was the tour")
        person.types("skip" + ENTER)
        person.sees("->")                       # an unfinished statement, as anywhere else


@BOTH
@pytest.mark.parametrize("way", ["q" + ENTER, CTRL_D])
def test_it_can_be_left_anywhere(at_prompt: AtPrompt, keys: str, way: str) -> None:
    with at_prompt("--tour", keys) as person:
        takes(person, 1)
        person.sees("[2/9]")
        person.sees("demo>", 3)
        person.types(way)
        assert person.leaves() == 0


def safesql(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """In a pipe, with nothing on standard input."""
    around = {"HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "safesql", *words], env=around, cwd=home, capture_output=True, text=True, timeout=60,
        check=False, stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("words", [("--tour",), ("demo", "--tour")])
def test_a_pipe_gets_the_text_and_nothing_else(words: tuple[str, ...], tmp_path: Path) -> None:
    done = safesql(*words, home=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, whole(), "")
    assert all(step.typed in done.stdout for step in STEPS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [("shop.db",), ("-c", "select 1"), ("--stage", "review.sql"), ("-p", "prod")])
def test_it_goes_with_no_target_and_no_statements(words: tuple[str, ...], tmp_path: Path) -> None:
    done = safesql("--tour", *words, home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "give it alone" in done.stderr


def test_its_lines_fit_a_narrow_terminal() -> None:
    lines = [f"{WELCOME}\n{FAREWELL}"] + [f"[1/9] {step.why}\n    {step.typed}\n{step.learned}" for step in STEPS]
    assert [line for part in lines for line in part.split("\n") if width(line) > 79] == []
