"""A run loads what it needs: lists of modules, which do not depend on how busy the machine is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROMPT = {"prompt_toolkit", "pygments", "wcwidth", "safesql.repl", "safesql.commands"}
SLOW = {"dataclasses", "inspect", "click", "sqlparse", "subprocess", "logging", "tempfile", "tomllib", "difflib", "asyncio", "decimal"}
REST = {"safesql.engine.planning", "safesql.store.plan", "safesql.engine.resume.going_on", "safesql.guard.predicate",
        "safesql.cli.shell_command", "safesql.rewrite.bodies", "safesql.guard.analysis.batches", "safesql.engine.doctor.blocked"}
DRIVERS = {"sqlite": {"psycopg", "pymysql"}, "postgres": {"pymysql", "sqlite3"}, "mariadb": {"psycopg", "sqlite3"}}
SAID = """
import sys
from safesql.cli import main
code = main(sys.argv[1:])
print(*sorted(sys.modules))
sys.exit(code)
"""


def loaded(folder: Path, *words: str) -> set[str]:
    environ = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    ended = subprocess.run([sys.executable, "-c", SAID, *words], env=environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.splitlines()[-1].split())


def test_a_query_on_sqlite_loads_no_prompt_no_driver_of_a_server_and_nothing_slow(tmp_path: Path) -> None:
    assert not loaded(tmp_path, str(tmp_path / "a.db"), "-c", "select 1") & (PROMPT | SLOW | REST | DRIVERS["sqlite"])


@pytest.mark.parametrize("family", ["postgres", "mariadb"])
def test_a_query_on_a_server_loads_its_driver_and_no_other(family: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(f"{family}_url")
    names = loaded(tmp_path, url, "-c", "select 1")
    assert not names & (PROMPT | REST | DRIVERS[family] | {"click", "sqlparse", "tomllib"})


def test_the_version_loads_the_command_line_alone(tmp_path: Path) -> None:
    names = loaded(tmp_path, "--version")
    assert {name for name in names if name.startswith("safesql")} == {"safesql", "safesql.cli"}


def test_help_and_unusual_words_load_no_engine(tmp_path: Path) -> None:
    assert not loaded(tmp_path, "--help") & (PROMPT | {"safesql.engine", "safesql.backends", "psycopg", "pymysql", "sqlite3"})


def test_judging_a_file_loads_no_driver_and_no_prompt(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("select 1;\n", "utf-8")
    assert not loaded(tmp_path, "check", "--dialect", "sqlite", str(tmp_path / "a.sql")) & (PROMPT | {"psycopg", "pymysql", "sqlite3"})
