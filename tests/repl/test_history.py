"""The history of the prompt, and what it suggests."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory

from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.repl.history import prompt_history, suggestion
from safesql.repl.reading import Reading
from safesql.sql.dialects import DIALECTS
from safesql.store.history import History

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
