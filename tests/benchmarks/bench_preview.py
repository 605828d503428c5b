"""A preview, with its closure of foreign keys, against the plain SELECT count(*) of the same rows, on three servers.

    SAFESQL_TEST_POSTGRES=.. SAFESQL_TEST_MARIADB=.. python tests/benchmarks/bench_preview.py [ROWS]
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.target import target_of
from safesql.engine.counting import touched
from safesql.guard.action import Action, Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Row
from safesql.rewrite.count import counts
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.target import Target

QUIET = Policy(Environment.DEVELOPMENT, actions={})
ROUNDS = 7
STATEMENTS = ("DELETE FROM big WHERE v % 3 = 1", "UPDATE big SET v = v + 1 WHERE v % 3 = 1", "DELETE FROM alone WHERE v % 3 = 1")


def main(rows: int) -> None:
    """One line for each server and statement: the medians in milliseconds and their ratio."""
    print(f"{rows:,} rows; medians of {ROUNDS} rounds, milliseconds")
    for name, target in targets():
        with target as place, closing(connect(place)) as connection:
            fill(connection, rows)
            for text in STATEMENTS:
                verdict = judge(Statement(text, connection.dialect), QUIET)
                (count, *_) = counts(verdict.effect, verdict.statement)
                assert count.matched is not None
                plain, preview = interleaved(
                    partial(asked, connection, replace(count.matched, seconds=None)),
                    partial(touched, connection, verdict, 60.0),
                )
                said = "; ".join(map(str, touched(connection, verdict, seconds=60.0)))
                print(f"{name:<9} count(*) {plain:8.1f}  preview {preview:8.1f}  ratio {preview / plain:5.2f}  {text}: {said}")


def asked(connection: Connection, probe: Probe) -> list[Row]:
    """All rows of one query."""
    return list(connection.query(probe).rows())


def interleaved(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Both in turn, so that what else the machine does meets both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for act, kept in zip((one, other), times, strict=True):
            start = perf_counter()
            act()
            kept.append((perf_counter() - start) * 1000)
    return median(times[0]), median(times[1])


def fill(connection: Connection, rows: int) -> None:
    """A large table with a few rows behind it, and one without."""
    numbers = {
        Family.POSTGRES: f"SELECT n AS id, n AS v FROM generate_series(1, {rows}) AS g (n)",
        Family.MYSQL: f"SELECT seq AS id, seq AS v FROM seq_1_to_{rows}",
        Family.SQLITE: f"WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {rows}) SELECT n, n FROM g",
    }[connection.dialect.family]
    for text in (
        "CREATE TABLE big (id integer PRIMARY KEY, v integer)",
        "CREATE TABLE alone (id integer PRIMARY KEY, v integer)",
        "CREATE TABLE behind (id integer PRIMARY KEY, big_id integer, "
        "FOREIGN KEY (big_id) REFERENCES big (id) ON DELETE CASCADE)",
        f"INSERT INTO big {numbers}",
        "INSERT INTO alone SELECT * FROM big",
        f"INSERT INTO behind SELECT id, id FROM big WHERE id <= {max(1, rows // 100)}",
        *(("ANALYZE",) if connection.dialect.family is not Family.MYSQL else ("ANALYZE TABLE big, alone, behind",)),
    ):
        connection.execute(Clearance(allowed(connection, text))).summary()


def allowed(connection: Connection, text: str) -> Verdict:
    """A statement of our own."""
    return judge(Statement(text, connection.dialect), QUIET)


def targets() -> Iterator[tuple[str, AbstractContextManager[Target]]]:
    """An empty database on each server."""
    yield "postgres", server(target_of(os.environ["SAFESQL_TEST_POSTGRES"], {}))
    yield "mariadb", server(target_of(os.environ["SAFESQL_TEST_MARIADB"], {}))
    yield "sqlite", file()


@contextmanager
def server(target: Target) -> Iterator[Target]:
    """A database that is dropped afterwards."""
    name = f"safesql_{uuid4().hex}"
    with closing(connect(target)) as admin:
        admin.execute(Clearance(allowed(admin, f"CREATE DATABASE {name}"))).summary()
    yield replace(target, database=name)
    with closing(connect(target)) as admin:
        statement = Statement(f"DROP DATABASE {name}", admin.dialect)
        verdict = judge(statement, replace(QUIET, actions={"drop-container": Action.ALLOW}))
        admin.execute(Clearance(verdict)).summary()


@contextmanager
def file() -> Iterator[Target]:
    """A file that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Target("sqlite", path=str(Path(folder) / "bench.db"), dialect="sqlite")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
