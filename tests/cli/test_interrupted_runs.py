"""Ctrl-C ends a run, whatever it does about errors."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

ENDLESS = "WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT count(*) FROM g"


@pytest.mark.parametrize("on_error", ["stop", "continue"])
def test_nothing_runs_behind_the_statement_that_was_interrupted(tmp_path: Path, on_error: str) -> None:
    database, script = tmp_path / "shop.db", tmp_path / "run.sql"
    with closing(sqlite3.connect(database)) as file:
        file.execute("CREATE TABLE t (a int)")
    script.write_text(f"INSERT INTO t VALUES (1);\n{ENDLESS};\nINSERT INTO t VALUES (2);\n")
    command = [sys.executable, "-m", "safesql", str(database), "-f", str(script), "--on-error", on_error]
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while _rows(database) != [(1,)] and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert _rows(database) == [(1,)]


def _rows(database: Path) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(database)) as file:
        return list(file.execute("SELECT a FROM t"))
