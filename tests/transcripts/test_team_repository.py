"""The team's repository of README.md as a new colleague has it on the first day, and what nobody can loosen alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
START = "    # safesql-team/safesql.toml\n"


def _files() -> dict[str, str]:
    """Every block of the section that begins with the name of a file, as the file it is."""
    section = README[README.index(START) : README.index("    $ safesql config trust ~/safesql-team/")]
    lines = [line.removeprefix("    ") for line in section.splitlines() if line.startswith("    ") or not line]
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith(("# safesql-team/", "# ~/.config/")):
            name = line.removeprefix("# ")
        found.setdefault(name, []).append(line)
    return {name: "\n".join(text) + "\n" for name, text in found.items()}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a home, who cloned the repository into it."""

    home: Path

    @property
    def team(self) -> Path:
        return self.home / "safesql-team" / "safesql.toml"

    @property
    def own(self) -> Path:
        return self.home / ".config/safesql/config.toml"

    def safesql(self, *words: str, code: int = 0, text: str = "") -> str:
        environ = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        command = [sys.executable, "-m", "safesql", *words]
        done = subprocess.run(command, cwd=self.home, env=environ, input=text, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr


def git(folder: Path, *words: str) -> None:
    name = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def colleague(tmp_path: Path) -> Iterator[Colleague]:
    """The repository is a real one, and was cloned."""
    files = _files()
    assert sorted(files) == ["safesql-team/allowed_signers", "safesql-team/safesql.toml", "~/.config/safesql/config.toml"]
    origin, home = tmp_path / "origin", tmp_path / "home"
    for folder in (origin, home):
        folder.mkdir(mode=0o700)
    for name in ("safesql.toml", "allowed_signers"):
        (origin / name).write_text(files[f"safesql-team/{name}"], "utf-8")
    git(origin, "init", "-q")
    git(origin, "add", ".")
    git(origin, "commit", "-q", "-m", "Profiles and policy")
    git(home, "clone", "-q", str(origin), "safesql-team")
    one = Colleague(home)
    one.own.parent.mkdir(parents=True)
    one.own.write_text(files["~/.config/safesql/config.toml"], "utf-8")
    one.own.chmod(0o600)
    one.team.chmod(0o644)
    yield one


def test_a_new_colleague_has_every_profile_on_the_first_day(colleague: Colleague) -> None:
    assert "safesql config trust" in colleague.safesql("config", "show", "prod", code=9)
    colleague.safesql("config", "trust", str(colleague.team))
    colleague.safesql("config", "check")
    tested = colleague.safesql("config", "test")
    assert "2" in tested and "fail" not in tested.lower().replace("0 failed", "")
    assert "500" in colleague.safesql("config", "explain", "prod.policy.max_rows")
    shown = colleague.safesql("config", "show", "prod", "--origin")
    assert "db.example.com" in shown and "safesql-team/safesql.toml:" in shown


def test_nobody_loosens_it_alone(colleague: Colleague) -> None:
    colleague.safesql("config", "trust", str(colleague.team))
    mine = '\n[profiles.prod.policy]\nmax_rows = 100000\nunlock = ["delete-without-where"]\ndelete-without-where = "allow"\n'
    colleague.own.write_text(colleague.own.read_text("utf-8") + mine, "utf-8")
    said = colleague.safesql("config", "check", code=0)
    assert "max_rows" in said and "no effect" in said
    assert "500" in colleague.safesql("config", "explain", "prod.policy.max_rows")
    colleague.safesql("config", "test")


def test_what_changes_in_the_repository_is_not_believed_unseen(colleague: Colleague) -> None:
    colleague.safesql("config", "trust", str(colleague.team))
    changed = colleague.team.read_text("utf-8").replace("db.example.com", "attacker.example.net")
    colleague.team.write_text(changed, "utf-8")
    said = colleague.safesql("-p", "prod", "-c", "SELECT 1", code=9)
    assert "trust" in said and "attacker" not in said.replace(str(colleague.team), "")
    shown = colleague.safesql("config", "trust", str(colleague.team))
    assert "-url" in shown.replace(" ", "") or "attacker.example.net" in shown
