"""The pagers that people use, on a real terminal: less starts no shell, and pspg gets each table by itself."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt, Person

PSPG = shutil.which("pspg") or ""
needs_pspg = pytest.mark.skipif(not PSPG, reason="pspg is not installed")


def gone(person: Person, text: str) -> None:
    """Wait until the text does not stand in the last line any more."""
    end = time.monotonic() + 20
    while text in person.last_line:
        assert time.monotonic() < end, person.text
        person.looks()


def test_less_starts_no_shell(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt("--no-config", str(billing)) as person:
        person.sees("billing.db>")
        person.runs("select * from billing;")
        person.sees("customer 18")
        for refused in "!|v":                                 # a shell, a pipe, an editor
            person.types(refused)
            person.sees("Command not available")
            person.types("\r")
            gone(person, "Command not available")
        person.types("q")
        person.sees("billing.db>", 2)


@needs_pspg
@pytest.mark.parametrize("form", ["table", "csv", "tsv"])
def test_pspg_keeps_the_heading_and_what_is_said_stands_below(at_prompt: AtPrompt, billing: Path, form: str) -> None:
    with at_prompt("--no-config", "--format", form, str(billing), PAGER=f"{PSPG} --no-mouse", TERM="xterm") as person:
        person.sees("billing.db>")
        person.runs("select 1 as one; select * from billing;")
        person.sees("customer 18")
        shown = "\n".join(person.screen.display)
        assert "customer " in shown
        assert "first 1,000 rows" not in shown
        person.types("G")                                     # to the last row; the heading stays
        person.sees("customer 1000")
        shown = "\n".join(person.screen.display)
        assert "amount" in shown
        assert "customer 2 " not in shown
        person.types("q")
        person.sees("showing the first 1,000 rows of more")
        person.runs("select 7000 + 77;")
        person.sees("7077")


@needs_pspg
def test_what_is_no_table_to_pspg_goes_to_less(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt("--no-config", str(billing), PAGER=PSPG) as person:
        person.sees("billing.db>")
        person.runs("\\?")
        person.sees("\n:")
        person.types("q")
        person.sees("billing.db>", 2)
