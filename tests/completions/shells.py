"""Asks the real shells what they complete: bash and zsh on a terminal of their own, fish by its ``complete -C``."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pexpect

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "completions"

PROFILES = """
[profiles.prod-eu]
url = "sqlite:///a.db"
[profiles.staging_db]
url = "sqlite:///b.db"
[profiles."ops@eu.west+2"]
url = "sqlite:///c.db"
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A home with a configuration, a working folder with files, and safesql on the path."""

    home: Path

    @property
    def work(self) -> Path:
        """Where the shells stand."""
        return self.home / "work"

    @property
    def config(self) -> Path:
        """The user's configuration."""
        return self.home / "config" / "safesql" / "config.toml"

    @property
    def environment(self) -> dict[str, str]:
        """All that the shells know of the world."""
        return {
            "PATH": f"{self.home / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }

    def program(self, script: str) -> None:
        """Make ``script``, in the language of sh, what ``safesql`` runs."""
        file = self.home / "bin" / "safesql"
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)

    def run(self, *command: str) -> str:
        """What a program prints; it must not complain."""
        done = subprocess.run(
            command, env=self.environment, cwd=self.work, capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL,
        )
        assert not done.stderr
        return done.stdout


def made(home: Path) -> Place:
    """A place below ``home``."""
    place = Place(home)
    for folder in (place.work, home / "bin", place.config.parent):
        folder.mkdir(parents=True, mode=0o700)
    write(place.config, PROFILES)
    write(home / "other.toml", '[profiles.another]\nurl = "sqlite:///d.db"\n')
    for name in ("changes.sql", "two words.sql", "stale.db"):
        write(place.work / name, "")
    (place.work / "config").mkdir()
    place.program(f'exec {shlex.quote(sys.executable)} -m safesql "$@"')
    return place


def write(file: Path, text: str) -> None:
    """A file that its owner alone can read."""
    file.write_text(text, "utf-8")
    file.chmod(0o600)


def by_bash(line: str, place: Place) -> list[str]:
    """The last word of the line after Tab was pressed, as bash itself reads it then."""
    setup = f"PS1='ready''> '; bind 'set enable-bracketed-paste off'; source {shlex.quote(str(FOLDER / 'safesql.bash'))}"
    return typed(["bash", "--norc", "--noprofile", "-i"], setup, line, place)


def by_zsh(line: str, place: Place) -> list[str]:
    """The same of zsh, which finds the function by its file."""
    setup = (
        f"PS1='ready''> '; fpath=({shlex.quote(str(FOLDER))} $fpath); autoload -U compinit; "
        "compinit -u -d $HOME/dump; unset zle_bracketed_paste; bindkey -e"
    )
    return typed(["zsh", "-f", "-i"], setup, line, place)


def by_fish(line: str, place: Place) -> list[str]:
    """The words that fish would put in the place of the last one, as fish reads what it puts there."""
    source = f"source {shlex.quote(str(FOLDER / 'safesql.fish'))}; complete -C --escape {fish_quoted(line)}"
    offered = [each.partition("\t")[0] for each in place.run("fish", "--no-config", "-c", source).splitlines()]
    words = [place.run("fish", "--no-config", "-c", f"printf %s {word}") for word in offered]
    return words or [line.rpartition(" ")[2]]


def fish_quoted(text: str) -> str:
    """One word for fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def typed(shell: list[str], setup: str, line: str, place: Place) -> list[str]:
    """Type a line and Tab; then have the shell print each of its words, with what no echo of the typing contains."""
    terminal = pexpect.spawn(
        shell[0], shell[1:], env=place.environment, cwd=str(place.work), encoding="utf-8", timeout=30, dimensions=(50, 1000)
    )
    try:
        terminal.sendline(setup)
        terminal.expect_exact("ready> ")
        terminal.send(f"{line}\t\x01printf 'ma\\144e>%s<\\n' \x05\r")       # Control-A, Control-E: begin and end of the line
        terminal.expect_exact("made>safesql<")
        terminal.expect_exact("ready> ")
        words = re.findall(r"made>(.*)<\r", str(terminal.before))
    finally:
        terminal.close(force=True)
    return words[-1:]


ALL: dict[str, Callable[[str, Place], list[str]]] = {"bash": by_bash, "fish": by_fish, "zsh": by_zsh}

SHELLS = [name for name in ALL if name == "bash" or shutil.which(name)]
"""The shells that are here; bash must be."""
