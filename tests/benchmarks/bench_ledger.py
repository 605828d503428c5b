"""What the ledger of a run costs: the same script with and without it, and the memory that it takes; run this file.

    SAFESQL_TEST_POSTGRES=postgresql://.. SAFESQL_TEST_MARIADB=mariadb://.. python tests/benchmarks/bench_ledger.py [STATEMENTS]

Scripts of INSERTs: in one transaction, and each by itself, where PostgreSQL's get a transaction of their own; reads, of
which nothing is synced; and the lines of a million statements alone.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from safesql.config.target import target_of
from safesql.engine.report import Report
from safesql.store.ledger.entry import done_line, text_digest
from safesql.store.ledger.ledger import Ledger
from safesql.store.ledger.writer import Writer
from safesql.target import Target
from tests.engine.resume.resume_rig import Rig, execute

SCRIPTS = ("one transaction", "each by itself", "reads")
TIMES = 3


def main() -> None:
    """A line for each server and script: seconds without and with, and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(f"{'':<10}{'script':<16}{'statements':>10} {'without':>8} {'with':>8} {'ratio':>6} {'memory':>8}")
    for name, target in _targets():
        for script in SCRIPTS:
            _measure(name, target, script, count if script != "each by itself" else count // 10)
    _lines(1_000_000)


def _targets() -> Iterator[tuple[str, Target]]:
    """The servers that there are, and a SQLite file."""
    for name, variable in (("postgres", "SAFESQL_TEST_POSTGRES"), ("mariadb", "SAFESQL_TEST_MARIADB")):
        if variable in os.environ:
            target = target_of(os.environ[variable], {})
            execute(target, "DROP DATABASE IF EXISTS bench_ledger")
            execute(target, "CREATE DATABASE bench_ledger")
            yield name, target_of(os.environ[variable].rsplit("/", 1)[0] + "/bench_ledger", {})
            execute(target, "DROP DATABASE bench_ledger")
    with tempfile.TemporaryDirectory() as folder:
        yield "sqlite", Target("sqlite", path=f"{folder}/bench.db", dialect="sqlite")


def _measure(name: str, target: Target, script: str, count: int) -> None:
    """The best of several, by turns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text("".join(_text(script, count)))
        rig, best = Rig(target, Path(folder) / "state", path), {False: 1e9, True: 1e9}
        before = _memory()
        for _ in range(TIMES):
            for followed in (False, True):
                execute(target, "DROP TABLE IF EXISTS b; CREATE TABLE b (id int, name varchar(40))")
                started = perf_counter()
                report = rig.run(followed=followed)
                best[followed] = min(best[followed], perf_counter() - started)
                assert isinstance(report, Report) and report.exit_code == 0
        print(
            f"{name:<10}{script:<16}{count:>10,} {best[False]:>8.2f} {best[True]:>8.2f} {best[True] / best[False]:>6.2f} "
            f"{_memory() - before:>5} MB",
            flush=True,
        )


def _text(script: str, count: int) -> Iterator[str]:
    """The statements."""
    yield "BEGIN;\n" if script == "one transaction" else ""
    for number in range(count):
        yield "SELECT 1;\n" if script == "reads" else f"INSERT INTO b (id, name) VALUES ({number}, 'name {number}');\n"
    yield "COMMIT;\n" if script == "one transaction" else ""


def _lines(count: int) -> None:
    """The lines of so many statements, written, and read to see how far a run came."""
    with tempfile.TemporaryDirectory() as folder:
        before, started = _memory(), perf_counter()
        ledger = Ledger.of(Path(folder), "lines")
        writer: Writer = ledger.writer()
        for number in range(1, count + 1):
            digest = text_digest(f"INSERT INTO b (id, name) VALUES ({number}, 'name {number}')")
            writer.add(done_line(number, digest, "open", 1))
        writer.sync()
        written = perf_counter() - started
        started = perf_counter()
        assert ledger.course().last == count
        read = perf_counter() - started
        size = ledger.path.stat().st_size / 1e6
        print(f"{count:,} lines: {written:.2f} s written, {read:.2f} s read, {size:.0f} MB, {_memory() - before} MB of memory")


def _memory() -> int:
    """The peak of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
