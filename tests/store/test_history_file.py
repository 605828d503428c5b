from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.errors import CannotRecord
from safesql.sql.redact import redact
from safesql.store.history import LONGEST, History

WRITER = """
import sys
from pathlib import Path
from safesql.store.history import History
history = History(Path(sys.argv[1]))
for number in range(500):
    history.append(f"SELECT '{sys.argv[2]}',\\n  {number}")
"""


def test_what_was_typed_comes_back_line_breaks_and_all(tmp_path: Path) -> None:
    history = History.of(tmp_path / "safesql", "production")
    typed = ["SELECT 1", "SELECT 'a\nb',\n\t2", "DELETE FROM t -- \x1b[1m \u2028 é"]
    for text in [*typed, "", " \n "]:
        history.append(text)
    assert history.load() == typed
    assert history.load(2) == typed[1:]
    assert history.load(0) == []
    assert history.path.stat().st_mode & 0o777 == 0o600


def test_each_environment_has_its_own(tmp_path: Path) -> None:
    History.of(tmp_path, "development").append("DROP TABLE t")
    assert History.of(tmp_path, "production").load() == []
    with pytest.raises(ValueError, match="not an environment"):
        History.of(tmp_path, "../x")


def test_a_password_is_not_kept(tmp_path: Path) -> None:
    history = History.of(tmp_path, "staging")
    history.append("ALTER USER a IDENTIFIED BY 'hunter2'")
    assert "hunter2" not in history.path.read_text()
    assert history.load() == ["ALTER USER a IDENTIFIED BY '***'"]


def test_what_is_too_long_to_have_been_typed_is_not_kept(tmp_path: Path) -> None:
    history = History.of(tmp_path, "staging")
    history.append("x" * (LONGEST + 1))
    assert history.load() == []


def test_several_shells_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    shells = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), f"s{number}"]) for number in range(4)]
    assert [shell.wait(60) for shell in shells] == [0, 0, 0, 0]
    found = History(path).load()
    assert len(found) == 2000
    for number in range(4):
        assert [text for text in found if f"'s{number}'" in text] == [f"SELECT 's{number}',\n  {n}" for n in range(500)]


def test_only_the_newest_of_a_long_history_is_read(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    for number in range(60):
        history.append(f"SELECT {number} /* {'x' * 200_000} */")
    found = history.load()
    assert 0 < len(found) < 60
    assert found[-1].startswith("SELECT 59 ")
    assert all(text.startswith("SELECT ") for text in found)


def test_damage_is_skipped(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    history.append("SELECT 1")
    with history.path.open("ab") as file:
        file.write(b'\xff\n[1]\n{"text": 5}\n{"text": "torn')
    history.append("SELECT 2")
    assert history.load() == ["SELECT 1", "SELECT 2"]


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotRecord, match="symbolic link"):
        History(tmp_path / "history.jsonl").append("SELECT 1")
    with pytest.raises(CannotRecord, match="symbolic link"):
        History(tmp_path / "history.jsonl").load()


@given(st.lists(st.text(), max_size=5))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    history = History(tmp_path_factory.mktemp("history") / "history.jsonl")
    for text in texts:
        history.append(text)
    assert history.load() == [redact(text) for text in texts if text.strip()]
