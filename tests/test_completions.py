"""The completion scripts are made from the commands, and the shells themselves complete with them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from safesql.cli.completions import scripts
from safesql.cli.completions.words import entries

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "completions"

CASES = [
    ("safesql --dry", "--dry-run"),
    ("safesql --no-pa", "--no-pager"),
    ("safesql --format verti", "vertical"),
    ("safesql --environment sta", "staging"),
    ("safesql -p pro", "prod-eu"),
    ("safesql sta", "staging_db"),
    ("safesql dem", "demo"),
    ("safesql rules delete-w", "delete-without-where"),
    ("safesql --allow truncate,delete-w", "truncate,delete-without-where"),
    ("safesql check --dialect pos", "postgres"),
    ("safesql check --format sar", "sarif"),
    ("safesql check chan", "changes.sql"),
    ("safesql config sh", "show"),
    ("safesql config show --ori", "--origin"),
    ("safesql demo --format mark", "markdown"),
    ("safesql -f chan", "changes.sql"),
]


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    """A folder with a script in it, a config file with two profiles, safesql on the path; returns the environment."""
    config = tmp_path / "config" / "safesql" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text("[profiles.prod-eu]\nurl = 'sqlite:///a.db'\n[profiles.staging_db]\nurl = 'sqlite:///b.db'\n", "utf-8")
    config.chmod(0o600)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "changes.sql").write_text("SELECT 1;\n", "utf-8")
    program = tmp_path / "bin" / "safesql"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m safesql "$@"\n', "utf-8")
    program.chmod(0o755)
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
    }


def by_bash(line: str, environment: dict[str, str]) -> list[str]:
    """What bash's own completion function was left with."""
    words = line.split(" ")
    script = (
        f"source {shlex.quote(str(FOLDER / 'safesql.bash'))}; COMP_WORDS=({shlex.join(words)}); "
        f"COMP_CWORD={len(words) - 1}; _safesql; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    return run(["bash", "--norc", "--noprofile", "-c", script], environment)


def by_fish(line: str, environment: dict[str, str]) -> list[str]:
    """What fish would offer."""
    source = f"source {shlex.quote(str(FOLDER / 'safesql.fish'))}; complete -C {shlex.quote(line)}"
    return [offered.partition("\t")[0] for offered in run(["fish", "--no-config", "-c", source], environment)]


def by_zsh(line: str, environment: dict[str, str]) -> list[str]:
    """What zsh made of the last word when Tab was pressed."""
    shell = pexpect.spawn("zsh", ["-f", "-i"], env=environment, cwd=f"{environment['HOME']}/work", encoding="utf-8", timeout=20)
    shell.setwinsize(50, 200)
    setup = (
        f"PS1='ready> '; fpath=({shlex.quote(str(FOLDER))} $fpath); autoload -U compinit; "
        "compinit -u -d $HOME/dump; unsetopt zle_bracketed_paste; bindkey -e; print se''t"
    )
    shell.sendline(setup)
    shell.expect("set\r\n")
    shell.expect("ready> ")
    shell.send(f"{line}\t\x01print -r -- 'made>' \r")       # Control-A: the completed line becomes what print is given
    shell.expect("\nmade> ")
    shell.expect("\r\n")
    found = shell.before or ""
    shell.close(force=True)
    return [found.rstrip().rpartition(" ")[2]]


def run(command: list[str], environment: dict[str, str]) -> list[str]:
    """The lines that a shell prints, in the folder of the script."""
    done = subprocess.run(
        command, env=environment, cwd=f"{environment['HOME']}/work", capture_output=True, text=True, timeout=60, check=False
    )
    assert not done.stderr
    return [line for line in done.stdout.split("\n") if line]


SHELLS: dict[str, Callable[[str, dict[str, str]], list[str]]] = {"bash": by_bash, "fish": by_fish, "zsh": by_zsh}


@pytest.mark.parametrize("name", scripts())
def test_the_files_in_the_repository_are_those_the_commands_make(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == scripts()[name], "run: python -m safesql.cli.completions completions"


@pytest.mark.parametrize(("line", "word"), CASES)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(shell: str, line: str, word: str, place: dict[str, str]) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert SHELLS[shell](line, place) == [word]


def test_bash_completes_behind_an_equals_sign(place: dict[str, str]) -> None:
    assert by_bash("safesql --format = verti", place) == ["vertical"]


def test_bash_runs_nothing_that_a_file_is_named(place: dict[str, str]) -> None:
    work = Path(place["HOME"]) / "work"
    (work / "zz$(touch ran).sql").touch()
    assert by_bash("safesql -f zz", place) == ["zz$(touch ran).sql"]
    assert not (work / "ran").exists()


def test_every_option_of_every_command_is_in_every_script() -> None:
    for text in scripts().values():
        for entry in entries():
            for option in entry.options:
                for name in option.names:
                    assert name.lstrip("-") in text, (entry.path, name)
