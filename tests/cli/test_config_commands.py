"""``safesql config`` as its user types it: real processes, real files, real keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from safesql.config.json_schema import FORBIDDEN, document
from safesql.config.schema import PROFILE, TOP, policy_keys

TEAM = """\
[profiles.prod]
url = "sqlite:///shop.db"
[profiles.prod.policy]
max_rows = 100
protected_tables = ["billing"]
[[policy_tests]]
profile = "prod"
statement = "DELETE FROM billing"
expect = "block"
rules = ["delete-without-where"]
[[policy_tests]]
environment = "development"
statement = "SELECT 1"
expect = "allow"
"""
USER = 'include = ["team/safesql.toml"]\n[profiles.prod.policy]\nmax_rows = 900\n'


@dataclass(frozen=True, slots=True)
class Home:
    """A home with a config file that includes the team's, and a project below it."""

    folder: Path

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(text)
        file.chmod(0o600)
        return file

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, "-m", "safesql", *words], env=environ, cwd=self.folder / "work", text=True,
            capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.write(".config/safesql/team/safesql.toml", TEAM)
    made.write(".config/safesql/config.toml", USER)
    made.write("work/notes", "")
    return made


def test_a_team_file_is_trusted_shown_and_distrusted(home: Home) -> None:
    team = home.folder / ".config/safesql/team/safesql.toml"
    assert home("config", "show", "prod").returncode == 9
    first = home("config", "trust", str(team))
    assert (first.returncode, f"+{TEAM.splitlines()[1]}" in first.stdout) == (0, True)
    assert "prod.policy.max_rows = 100\n" in home("config", "show", "prod").stdout
    home.write(".config/safesql/team/safesql.toml", TEAM.replace("100", "200"))
    changed = home("config", "show", "prod")
    assert (changed.returncode, changed.stdout) == (9, "")
    assert f"safesql config trust {team}" in changed.stderr
    again = home("config", "trust", str(team))
    assert [line for line in again.stdout.splitlines() if line[:1] in "+-"][2:] == ["-max_rows = 100", "+max_rows = 200"]
    assert "has not changed" in home("config", "trust", str(team)).stderr
    assert home("config", "distrust", str(team)).returncode == 0
    assert home("config", "show", "prod").returncode == 9


def test_what_is_said_of_a_setting_is_told_with_its_places(home: Home) -> None:
    folder = home.folder / ".config/safesql"
    home("config", "trust", str(folder / "team/safesql.toml"))
    told = home("config", "explain", "prod.policy.max_rows")
    assert told.stdout.splitlines() == [
        "profiles.prod.policy.max_rows = 100    # production",
        f"  {folder}/team/safesql.toml:4: 100",
        f"  {folder}/config.toml:3: 900    no effect: {folder}/team/safesql.toml:4 is stricter",
    ]
    assert home("config", "explain", "prod.policy.truncate").stdout.startswith("profiles.prod.policy.truncate: nobody says")
    assert "did you mean max_rows" in home("config", "explain", "prod.policy.max_row").stderr
    assert home("config", "explain", "nowhere.url").returncode == 9


def test_check_names_attempts_to_loosen_and_files_that_are_not_trusted(home: Home) -> None:
    project = home.write("work/.safesql.toml", '[profiles.prod]\npassword_command = ["touch", "owned"]\n')
    home("config", "trust", str(home.folder / ".config/safesql/team/safesql.toml"))
    checked = home("config", "check", "--format", "json")
    rows = [json.loads(line) for line in checked.stdout.splitlines()]
    assert checked.returncode == 0
    assert [(row["level"], Path(row["file"]).name, row["line"]) for row in rows] == [
        ("note", ".safesql.toml", 0), ("note", "config.toml", 3),
    ]
    project.write_text("[policy]\nmax_row = 5\n")
    wrong = home("config", "check")
    assert (wrong.returncode, "did you mean max_rows?" in wrong.stderr) == (9, True)


def test_a_team_tests_its_own_policy(home: Home) -> None:
    team = home.folder / ".config/safesql/team/safesql.toml"
    home("config", "trust", str(team))
    passed = home("config", "test")
    assert (passed.returncode, passed.stderr) == (0, "2 of 2 policy tests passed\n")
    home.write(".config/safesql/team/safesql.toml", TEAM.replace('"block"', '"confirm"').replace('["delete', '["update'))
    home("config", "trust", str(team))
    failed = home("config", "test")
    assert failed.returncode == 9
    assert f"{team}:8: expected confirm, and the verdict is block (delete-without-where" in failed.stderr
    assert f"{team}:8: update-without-where found nothing in it" in failed.stderr


def test_a_signed_team_file_needs_no_question_and_a_forged_one_gets_no_trust(home: Home) -> None:
    def keygen(*words: str) -> None:
        subprocess.run(["ssh-keygen", "-q", *words], check=True, capture_output=True, timeout=60)

    team = home.folder / ".config/safesql/team/safesql.toml"
    for name in ("anna", "mallory"):
        keygen("-t", "ed25519", "-N", "", "-f", str(home.folder / name))
    public = (home.folder / "anna.pub").read_text()
    home.write(".config/safesql/signers", f'anna@example.com namespaces="safesql-config" {public}')
    home.write(".config/safesql/config.toml", 'config_signers = "signers"\n' + USER)
    keygen("-Y", "sign", "-f", str(home.folder / "anna"), "-n", "safesql-config", str(team))
    assert home("config", "show", "prod").returncode == 0
    home.write(".config/safesql/team/safesql.toml", TEAM.replace("100", "200"))
    assert home("config", "show", "prod").returncode == 9
    Path(f"{team}.sig").unlink()
    keygen("-Y", "sign", "-f", str(home.folder / "mallory"), "-n", "safesql-config", str(team))
    assert home("config", "show", "prod").returncode == 9
    Path(f"{team}.sig").unlink()
    keygen("-Y", "sign", "-f", str(home.folder / "anna"), "-n", "file", str(team))
    assert home("config", "show", "prod").returncode == 9
    Path(f"{team}.sig").unlink()
    keygen("-Y", "sign", "-f", str(home.folder / "anna"), "-n", "safesql-config", str(team))
    assert "max_rows = 200" in home("config", "show", "prod").stdout


ATTACKS = {
    "a program": 'password_command = ["touch", "owned"]',
    "statements": "init = [\"ATTACH 'owned' AS o\"]",
    "another file": 'url = "sqlite:///../work/owned"',
    "a variable": 'url = "postgresql://$USER@localhost/d"',
    "a host in between": 'ssh_host = "elsewhere.example.com"',
    "an authority": 'tls_ca = "/dev/stdin"',
    "a way without proof": 'tls = "insecure"',
}
LOOKING = [("config", "names"), ("config", "show", "prod"), ("config", "test"), ("check", "changes.sql", "-p", "prod")]
"""What only looks, some of it asked by a shell that completes a word; none of it takes anything from a clone."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_cloned_repository_executes_and_interpolates_nothing(home: Home, attack: str) -> None:
    home.write(".config/safesql/config.toml", '[profiles.prod]\nurl = "sqlite:///shop.db"\n')
    home.write("work/shop.db", "")
    project = home.write("work/.safesql.toml", f"[profiles.prod]\n{ATTACKS[attack]}\n")
    ran = home("-p", "prod", "-c", "SELECT 1")
    assert (ran.returncode, ran.stdout) == (0, "1\n1\n")
    assert f"{project}: not trusted, so profiles.prod in it have no effect" in ran.stderr
    assert not (home.folder / "work" / "owned").exists()


def test_looking_around_in_a_cloned_repository_does_nothing(home: Home) -> None:
    home.write(".config/safesql/config.toml", '[profiles.prod]\nurl = "sqlite:///shop.db"\n')
    home.write("work/shop.db", "")
    home.write("work/changes.sql", "SELECT 1;\n")
    before = {words: home(*words).stdout for words in LOOKING}
    for attack in ATTACKS.values():
        home.write("work/.safesql.toml", f"[profiles.prod]\n{attack}\n[profiles.new]\n{attack}\n[ui]\npager = true\n")
        for words in LOOKING:
            ran = home(*words)
            assert "Traceback" not in ran.stderr
            assert ran.stdout == before[words], (attack, words)
            assert not (home.folder / "work" / "owned").exists()


def test_the_schema_for_editors_has_the_keys_that_are_read() -> None:
    schema = json.loads(document())
    profiles = schema["properties"]["profiles"]["additionalProperties"]
    assert set(profiles["properties"]) == {*PROFILE, "policy"} - {*FORBIDDEN}
    assert set(schema["$defs"]["policy"]["properties"]) == {*policy_keys(), "tables"} - {*FORBIDDEN}
    tables = {"ui", "policy", "profiles", "environments", "hosts", "policy_tests", "queries"}
    assert set(schema["properties"]) == {*TOP, *tables}
    assert not schema["additionalProperties"]
