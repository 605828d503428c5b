"""The examples for CI in README are what their servers read, and their commands do what they are there for."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

README = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
EXAMPLES = ("# .github/workflows/changes.yml", "# .gitlab-ci.yml")


def _example(first: str) -> dict[str, Any]:
    """The indented block that begins with a line, as YAML."""
    lines = README[README.index(f"    {first}") :].splitlines()
    end = next(number for number, line in enumerate(lines) if number and ((line and not line.startswith("    ")) or line.startswith("    # .")))
    found = yaml.safe_load("\n".join(line[4:] for line in lines[:end]))
    assert isinstance(found, dict)
    return found


def _texts(part: object) -> Iterator[str]:
    """Every text in it, in its order."""
    if isinstance(part, str):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _texts(each)


def _commands(first: str) -> list[list[str]]:
    """The words of every command of ours, in their order."""
    return [shlex.split(text)[1:] for text in _texts(_example(first)) if text.startswith("safesql ")]


@pytest.mark.parametrize("first", EXAMPLES)
def test_jobs_check_and_plan_before_they_apply(first: str) -> None:
    assert [words[0] for words in _commands(first)] == ["check", "plan", "approve", "apply"]


def test_the_apply_job_waits_for_somebody() -> None:
    github, gitlab = (_example(first) for first in EXAMPLES)
    assert github["jobs"]["apply"]["environment"] == gitlab["apply"]["environment"] == "production"
    assert gitlab["apply"]["rules"][0]["when"] == "manual"
    assert github["jobs"]["plan"]["steps"][2]["continue-on-error"] is True


@pytest.mark.parametrize("first", EXAMPLES)
def test_its_commands_take_a_change_from_the_script_to_the_table(first: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database, database:
        database.execute("CREATE TABLE billing (id INTEGER PRIMARY KEY, note TEXT)")
        database.executemany("INSERT INTO billing VALUES (?, 'x')", [(number,) for number in range(9)])
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes/next.sql").write_text("DELETE FROM billing WHERE id = 3;\nDELETE FROM billing WHERE id = id;\n")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key"), "-C", "bob"], check=True)
    (tmp_path / "signers").write_text(f"bob {(tmp_path / 'key.pub').read_text()}")
    config = tmp_path / ".config/safesql/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'allowed_signers = "{tmp_path}/signers"\n[profiles.prod]\nurl = "sqlite:///{tmp_path}/shop.db"\n'
        "[profiles.prod.policy]\napprovals = 1\n"
    )
    config.chmod(0o600)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}

    def safesql(words: list[str]) -> int:
        words = ["sqlite" if word == "postgres" else word for word in words]
        return subprocess.run([sys.executable, "-m", "safesql", *words], cwd=tmp_path, env=env, timeout=60, stdin=subprocess.DEVNULL).returncode

    check, plan, approved, apply = _commands(first)
    assert safesql(check) == 3
    assert safesql(plan) == 0
    assert safesql(approved) != 0
    assert safesql(apply) != 0
    signed = subprocess.run(["ssh-keygen", "-Y", "sign", "-f", str(tmp_path / "key"), "-n", "safesql-plan"], capture_output=True,
                            input=(tmp_path / "changes/next.plan").read_bytes(), check=True)
    (tmp_path / "changes/next.plan.bob.sig").write_bytes(signed.stdout)
    assert safesql(approved) == 0
    assert safesql(apply) == 0
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        assert database.execute("SELECT count(*) FROM billing").fetchone() == (0,)
    assert safesql(apply) != 0
