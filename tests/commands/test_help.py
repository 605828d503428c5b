r"""``\?``: the commands under headings, and one command by itself."""

from __future__ import annotations

import pytest

from safesql.commands import COMMANDS, GROUPS
from tests.commands.conftest import Desk


def test_the_help_stands_under_headings_and_names_each_command_once(desk: Desk) -> None:
    shown = desk.types("\\?")
    titles = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert titles == [*GROUPS, "keys"]
    assert len(COMMANDS) == len(set(COMMANDS))
    general, _, rest = shown.partition("\n\nwhat there is\n")
    assert "\\conninfo" in general
    assert "\\dt" in rest.partition("\n\n")[0]


@pytest.mark.parametrize(("typed", "said"), [
    ("\\? timing", "\\timing"), ("\\? \\dt", "\\dt"), ("\\? timng", "did you mean timing?"),
    ("\\? password", "\\password"),
])  # fmt: skip
def test_one_command_is_told_by_its_name(desk: Desk, typed: str, said: str) -> None:
    assert said in desk.types(typed)
