"""The prompt without colours, as plain lines for a screen reader, and as the configuration paints it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

BOTH = pytest.mark.parametrize("keys", ["--vi", "--emacs"])
COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|[34]8;[25];)[0-9;]*m")


def configured(home: Path, text: str) -> None:
    """The user's configuration."""
    config = home / "config" / "safesql" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text(text)
    config.chmod(0o600)


@BOTH
def test_plain_mode_is_lines_and_nothing_else(at_prompt: AtPrompt, billing: Path, keys: str) -> None:
    with at_prompt("--plain", keys, str(billing)) as person:
        person.sees("production")
        painted = person.looks(0.3)
        for keys_typed, seen in (("delete from billing;\r", "BLOCK delete-without-where"), ("begin;\r", "transaction open >")):
            person.types(keys_typed)
            person.sees(seen)
            painted += person.looks(0.2)
        person.types("sel")
        painted += person.looks(0.6)
        assert person.last_line.strip() == ""       # no line below the input, no menu
        assert "SELECT" not in person.text
        assert not COLOUR.search(painted)


@BOTH
def test_no_color_takes_the_colours_and_leaves_the_words(at_prompt: AtPrompt, billing: Path, keys: str) -> None:
    with at_prompt(keys, str(billing), NO_COLOR="1") as person:
        person.sees("billing.db>")
        person.types("delete from billing")
        painted = b""
        end = time.monotonic() + 30
        while "BLOCK" not in person.last_line:
            assert time.monotonic() < end, person.text
            painted += person.looks()
        assert "production" in person.text
        assert not COLOUR.search(painted)


@pytest.mark.parametrize("background", ["dark", "light"])
def test_the_configuration_paints_the_prompt(
    at_prompt: AtPrompt, billing: Path, tmp_path: Path, background: str
) -> None:
    configured(
        tmp_path / "home",
        f'[ui]\nbackground = "{background}"\nstyle = "monokai"\nprompt = "{{target}} ({{environment}}){{flags}} {{age}} => "\n',
    )
    with at_prompt(str(billing)) as person:
        person.sees("billing.db ( production ) =>")
        person.types("begin;\r")
        person.sees("billing.db ( production ) 0 s =>")
        person.types("select 1;\r")
        person.sees("1 row")


def test_a_prompt_that_hides_the_environment_is_refused(at_prompt: AtPrompt, billing: Path, tmp_path: Path) -> None:
    configured(tmp_path / "home", '[ui]\nprompt = "> "\n')
    with at_prompt(str(billing), size=(24, 200)) as person:
        person.sees("must name {environment}")
        assert person.leaves() == 9


def test_colours_are_left_out_where_they_are_not_wanted(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing), NO_COLOR="1") as person:
        person.sees("production")
        colours = {cell.fg for row in person.screen.buffer.values() for cell in row.values()}
        grounds = {cell.bg for row in person.screen.buffer.values() for cell in row.values()}
        assert colours | grounds == {"default"}


def test_production_is_red(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing)) as person:
        person.sees("billing.db>")
        row = next(at for at, line in enumerate(person.screen.display) if line.startswith(" production "))
        assert person.screen.buffer[row][3].bg == "red"
