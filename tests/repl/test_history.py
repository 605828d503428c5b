"""The history of the prompt, and what it suggests."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import History as PromptHistory
from prompt_toolkit.history import InMemoryHistory

from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.repl.history import prompt_history, suggestion
from safesql.repl.reading import Reading
from safesql.sql.dialects import DIALECTS
from safesql.store.history import History

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

KNOWN = [
    "select * from billing where id = 7;",
    "delete from billing;",
    "delete from billing where id = 7;",
    "update billing set amount = 0;",
    "drop table billing;",
]


def suggested(typed: str) -> str | None:
    reading = Reading(lambda statement: judge(statement, Policy()), lambda: DIALECTS["postgres"])
    history = InMemoryHistory(KNOWN)
    asyncio.run(_loaded(history))
    found = suggestion(reading.harmless).get_suggestion(Buffer(history=history), Document(typed))
    return found.text if found else None


async def _loaded(history: InMemoryHistory) -> None:
    async for _ in history.load():
        pass


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("select * fr", "om billing where id = 7;"),
        ("delete fr", "om billing where id = 7;"),
        ("delete from billing", " where id = 7;"),
        ("delete from billing;", None),
        ("upd", None),
        ("drop", None),
        ("", None),
        ("nothing", None),
    ],
)
def test_only_what_is_allowed_is_suggested(typed: str, rest: str | None) -> None:
    assert suggested(typed) == rest


def test_inputs_are_kept_for_the_next_shell_of_the_environment(tmp_path: Path) -> None:
    said: list[str] = []
    first = prompt_history(History.of(tmp_path, "staging"), said.append)
    first.append_string("select 1;")
    first.append_string("select 2;")
    again = prompt_history(History.of(tmp_path, "staging"), said.append)
    assert list(again.load_history_strings()) == ["select 2;", "select 1;"]
    other = prompt_history(History.of(tmp_path, "production"), said.append)
    assert list(other.load_history_strings()) == []
    assert said == []


async def _all(history: PromptHistory) -> list[str]:
    return [text async for text in history.load()]


def loaded(history: PromptHistory) -> list[str]:
    """What Up would find, newest first, at the next prompt."""
    return asyncio.run(_all(history))


def test_two_shells_at_once_share_what_is_typed_and_lose_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    History.of(tmp_path, "staging").append("select 0;")
    first, second = (prompt_history(History.of(tmp_path, "staging"), said.append) for _ in range(2))
    assert loaded(first) == loaded(second) == ["select 0;"]
    first.append_string("select 1;")
    second.append_string("select 2;")
    first.append_string("select 3;")
    first.append_string("select 3;")
    assert loaded(second) == [f"select {number};" for number in (3, 3, 2, 1, 0)]
    second.append_string("select 4;")
    third = prompt_history(History.of(tmp_path, "staging"), said.append)
    in_order = [f"select {number};" for number in (4, 3, 3, 2, 1, 0)]
    assert loaded(first) == loaded(first) == loaded(second) == loaded(third) == in_order
    assert said == []


def test_what_this_shell_typed_is_recalled_as_typed_and_by_others_without_its_secrets(tmp_path: Path) -> None:
    said: list[str] = []
    first, second = (prompt_history(History.of(tmp_path, "staging"), said.append) for _ in range(2))
    assert loaded(first) == loaded(second) == []
    first.append_string("ALTER USER a IDENTIFIED BY 'hunter2';")
    second.append_string("select 2;")
    assert loaded(first) == ["select 2;", "ALTER USER a IDENTIFIED BY 'hunter2';"]
    assert loaded(second) == ["select 2;", "ALTER USER a IDENTIFIED BY '***';"]


def test_a_line_that_is_still_being_written_is_read_the_next_time(tmp_path: Path) -> None:
    store = History.of(tmp_path, "staging")
    store.append("select 1;")
    known, at = store.newer()
    with store.path.open("ab") as file:
        file.write(b'{"text": "sel')
        file.flush()
        assert store.newer(at) == ([], at)
        file.write(b'ect 2;"}\n')
    assert (known, store.newer(at)[0]) == (["select 1;"], ["select 2;"])
    store.path.write_bytes(b'{"text": "x"}\n')              # replaced by a shorter one
    assert store.newer(at)[0] == ["x"]


def test_two_shells_at_a_terminal(at_prompt: AtPrompt, billing: Path) -> None:
    with at_prompt(str(billing)) as first, at_prompt(str(billing)) as second:
        for shell in (first, second):
            shell.sees("billing.db>")
        first.runs("select 11 as eleven;")
        first.sees("1 row")
        second.runs("select 22 as twentytwo;")
        second.sees("1 row")
        second.types("\x1b[A\x1b[A")                          # its own, and then what the other typed before
        second.sees("> select 11 as eleven;")


@pytest.mark.parametrize("keys", ["--vi", "--emacs"])
def test_up_finds_what_begins_like_the_buffer_and_ctrl_r_what_contains_it(
    at_prompt: AtPrompt, billing: Path, keys: str
) -> None:
    with at_prompt(keys, str(billing)) as person:
        person.sees("billing.db>")
        for number, text in enumerate(("select 1 as first;", "values (2);", "select 3 as third;", "values (4);"), 1):
            person.runs(text)
            person.sees("1 row", number)
        person.types("sel\x1b[A")
        person.sees("> select 3 as third;", 2)
        person.types("\x1b[A")
        person.sees("> select 1 as first;", 2)
        person.types("\x03")
        person.types("\x12FIRST")                             # Ctrl-R, whatever the case
        person.sees("> select 1 as first;", 3)


def test_a_history_that_cannot_be_kept_is_said_and_typing_goes_on(tmp_path: Path) -> None:
    said: list[str] = []
    store = History.of(tmp_path, "production")
    store.path.symlink_to(tmp_path / "elsewhere")
    kept = prompt_history(store, said.append)
    kept.append_string("select 1;")
    assert len(said) == 1
    assert "symbolic link" in said[0]
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_of_the_prompt_is_loaded_before_it_is_wanted() -> None:
    code = (
        "import sys, safesql.repl.shell, safesql.repl.start, safesql.commands.find, safesql.cli;"
        "print([name for name in ('prompt_toolkit', 'pygments', 'psycopg', 'pymysql', 'sqlparse') if name in sys.modules])"
    )
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
