"""The progress line: how far, how fast, how much of the text, and how long it may still take."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pexpect
import pytest

from safesql.cli.progress import Progress

LINES = [
    (250_000, 20_000_000, 50.0,
     "[######..................]  25%  250,000 of 1,000,000 statements  5,000/s  20 of 90 MB  2:30 left"),
    (1_000_000, 90_000_000, 10_000.0,
     "[########################] 100%  1,000,000 of 1,000,000 statements  100/s  90 of 90 MB  0:00 left"),
    (10, 1_048_576, 2.0, "[........................]   0%  10 of 1,000,000 statements  5/s  1.0 of 90 MB  55:33:18 left"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "characters", "seconds", "line"), LINES)
def test_the_line_says_how_far_it_is(statements: int, characters: int, seconds: float, line: str) -> None:
    assert Progress(90_000_000, 1_000_000).line(statements, characters, seconds) == line


def test_a_long_script_on_a_terminal_has_one_and_takes_it_away(tmp_path: Path) -> None:
    script = tmp_path / "rows.sql"
    rows = "".join(f"INSERT INTO t VALUES ({at}, 'row {at}');\n" for at in range(30_000))
    script.write_text(f"CREATE TABLE t (id integer PRIMARY KEY, name text);\n{rows}")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "xterm"}
    words = ["-m", "safesql", str(tmp_path / "t.db"), "-1", "-f", str(script), "-o", str(tmp_path / "out")]
    child: pexpect.spawn[bytes] = pexpect.spawn(sys.executable, words, env=env, dimensions=(24, 200), timeout=60)
    child.expect(pexpect.EOF)
    said = bytes(child.before or b"").decode()
    found = re.findall(r"\[#*\.*\] +\d+%  ([\d,]+) of 30,001 statements  [\d,]+/s  [\d.]+ of 1\.3 MB", said)
    counts = [int(each.replace(",", "")) for each in found]
    assert counts
    assert counts == sorted(counts)
    assert said.rsplit("\x1b[K", 1)[1].startswith("ran 30001 of 30001 statements")
