"""While a result goes to a file for long, a line tells rows, bytes and rate, and leaves no trace."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from safesql.repl.written import Written
from safesql.result import Column, Result, Summary

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

LINE = re.compile(r"([\d,]+) rows  ([\d.,]+) [kM]B  [\d,]+ rows/s  Ctrl-C stops it")
MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500000) SELECT i, i * 3 AS j FROM n;"


def ticking(step: float) -> Callable[[], float]:
    times = iter(range(1_000_000))
    return lambda: next(times) * step


def watched(paper: io.StringIO, file: Path, step: float) -> str:
    """Write 5 times 1,000 rows of 10 bytes, of which each takes so many seconds; all that was painted."""
    result = Result((Column("n"),), iter([[("123456789",)] * 1000] * 5), lambda: Summary("SELECT"))
    with file.open("w") as out, Written(paper, out, clock=ticking(step)).watching(result) as rows:
        for chunk in rows:
            out.write("123456789\n" * len(chunk))
            out.flush()
    return paper.getvalue()


def test_a_short_one_needs_no_line(tmp_path: Path) -> None:
    assert watched(io.StringIO(), tmp_path / "out", 0.1) == ""


def test_a_long_one_says_how_far_it_is_and_cleans_up(tmp_path: Path) -> None:
    said = watched(io.StringIO(), tmp_path / "out", 0.5)
    assert said.split("\r\x1b[K") == [
        "",
        "2,000 rows  20 kB  2,000 rows/s  Ctrl-C stops it",
        "3,000 rows  30 kB  2,000 rows/s  Ctrl-C stops it",
        "4,000 rows  40 kB  2,000 rows/s  Ctrl-C stops it",
        "5,000 rows  50 kB  2,000 rows/s  Ctrl-C stops it",
        "",
    ]


def grows(said: str) -> None:
    """Lines came, each with more rows than the last, and behind them the terminal is clean."""
    counts = [int(found[1].replace(",", "")) for found in LINE.finditer(said)]
    assert counts
    assert all(earlier < later for earlier, later in pairwise(counts))
    assert not LINE.search(said.rpartition("\r\x1b[K")[2])


@pytest.mark.parametrize("shown", ["--progress", "--no-progress"])
def test_output_of_a_script_has_one_on_a_terminal(tmp_path: Path, shown: str) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "xterm"}
    words = ["-m", "safesql", shown, "-c", MANY, "--format", "csv", "-o", str(tmp_path / "out")]
    child: pexpect.spawn[bytes] = pexpect.spawn(sys.executable, words, env=env, dimensions=(24, 200), timeout=60)
    child.expect(pexpect.EOF)
    said = bytes(child.before or b"").decode()
    assert (tmp_path / "out").read_text().endswith("\n2500000,7500000\n")
    if shown == "--progress":
        grows(said)
    else:
        assert not LINE.search(said)


def test_a_file_of_the_prompt_has_one_too(at_prompt: AtPrompt, tmp_path: Path) -> None:
    with at_prompt("--no-config", "--format", "csv", size=(24, 160)) as person:
        person.sees("memory")
        person.runs("\\o out")
        person.sees("results go to out")
        person.runs(MANY)
        person.sees("2,500,000 rows")
        grows(person.painted.decode(errors="replace"))
    assert (tmp_path / "home" / "out").read_text().endswith("\n2500000,7500000\n")
