"""What undo costs: a DELETE of 100,000 rows with the rows kept, beside the plain one; run this file.

    SAFESQL_TEST_POSTGRES=postgresql://.. SAFESQL_TEST_MARIADB=mariadb://.. python tests/benchmarks/bench_undo.py [ROWS]

Two tables: one of 7 columns without any index but its key, of which servers delete fastest, and one as they are in
use: 8 columns, two more indexes, and a child table whose rows are deleted along with it.

Memory is measured in processes of their own, by how much their peak grows: with half of the rows, and with all.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from safesql.config.target import target_of
from safesql.engine.session import Session
from safesql.engine.undoing.keeper import Caps
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up, undo

NUMBERS = {
    "postgres": "SELECT {1} FROM generate_series(1, {0}) g",
    "mariadb": "SELECT {1} FROM (SELECT seq AS g FROM seq_1_to_{0}) s",
    "sqlite": "WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < {0}) SELECT {1} FROM s",
}


@dataclass(frozen=True, slots=True)
class Case:
    """Tables, what fills them, and how many rows for each of the main table's a DELETE of all takes."""

    name: str
    tables: tuple[str, ...]
    make: str
    fill: dict[str, str]
    each: int


PLAIN = Case(
    "narrow", ("b",),
    "CREATE TABLE b (id integer PRIMARY KEY, name varchar(40), amount numeric(12, 2), at timestamp NULL, "
    "code varchar(40), kind int, note text)",
    {"b": "g, concat('name ', g), g * 1.5, timestamp '2024-01-01 00:00:00', concat('code ', g), g % 7, NULL"},
    1,
)  # fmt: skip
USUAL = Case(
    "usual", ("c", "b"),
    "CREATE TABLE b (id integer PRIMARY KEY, name varchar(40), amount numeric(12, 2), at timestamp NULL, "
    "code varchar(40), kind int, note text, mail varchar(60)); CREATE INDEX b_kind ON b (kind, at); "
    "CREATE INDEX b_mail ON b (mail); CREATE TABLE c (id integer PRIMARY KEY, bid int, line varchar(40), "
    "FOREIGN KEY (bid) REFERENCES b (id) ON DELETE CASCADE); CREATE INDEX c_bid ON c (bid)",
    {
        "b": "g, concat('name ', g), g * 1.5, timestamp '2024-01-01 00:00:00', concat('code ', g), g % 7, NULL, concat(g, '@example.org')",
        "c": "g, g, concat('line ', g)",
    },
    2,
)  # fmt: skip
DELETE = "DELETE FROM b WHERE id > 0"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"DELETE of {count:,} rows; seconds, the best of three\n")
    print(f"{'server':<10}{'table':<8} {'plain':>7} {'with undo':>10} {'ratio':>6} {'rows kept/s':>12} {'on disk':>9} {'undo':>7}")
    for name, target in targets():
        for case in (PLAIN, USUAL):
            with opened(name, target, case, count) as session:
                measure(name, session, case, count)
    print(f"\nmegabytes that the peak of memory grows by\n\n{'server':<10}{'table':<8} {'rows':>9} {'delete':>7} {'undo':>7}")
    for name, target in targets():
        for case in (PLAIN, USUAL):
            for rows_of_case in (count // 2, count):
                child = multiprocessing.get_context("spawn").Process(target=grow, args=(name, target, case, rows_of_case))
                child.start()
                child.join()


def targets() -> Iterator[tuple[str, Target]]:
    """SQLite always, the others where they are."""
    yield "sqlite", Target("sqlite", path=str(Path(tempfile.mkdtemp()) / "bench.db"), dialect="sqlite")
    for name in ("POSTGRES", "MARIADB"):
        url = os.environ.get(f"SAFESQL_TEST_{name}")
        if url:
            database = "" if name == "POSTGRES" else "safesql_bench_undo"
            yield name.lower(), target_of(url + database, {})


@contextmanager
def opened(name: str, target: Target, case: Case, count: int) -> Iterator[Session]:
    """A session with the tables, still empty, and a journal that takes all of their rows."""
    with tempfile.TemporaryDirectory() as folder:
        if name == "mariadb":
            admin = session_to(target_of(os.environ["SAFESQL_TEST_MARIADB"], {}), Path(folder))
            set_up(admin, "CREATE DATABASE IF NOT EXISTS safesql_bench_undo")
            admin.connection.close()
        session = session_to(target, Path(folder))
        keeper(session).caps = Caps(rows=10 * count)
        dropped = "; ".join(f"DROP TABLE IF EXISTS {table}" for table in USUAL.tables)      # also what a run that was killed left
        set_up(session, f"{dropped}; {case.make}")
        yield session
        set_up(session, dropped)
        session.connection.close()


def measure(name: str, session: Session, case: Case, count: int) -> None:
    """The times of one table of one server."""
    plain = min(timed(lambda: set_up(session, DELETE), session, name, case, count) for _ in range(3))
    best = min(timed(lambda: run(session, DELETE), session, name, case, count) for _ in range(3))
    size = sum(path.stat().st_size for path in keeper(session).journal.folder.glob("000001.*"))
    back = clocked(lambda: undo(session))
    assert all(len(rows(session, table)[table]) == count for table in case.tables)
    print(
        f"{name:<10}{case.name:<8} {plain:>7.2f} {best:>10.2f} {best / plain:>6.1f} "
        f"{case.each * count / best:>12,.0f} {size / 1e6:>6.1f} MB {back:>7.2f}",
        flush=True,
    )


def grow(name: str, target: Target, case: Case, count: int) -> None:
    """The memory that one DELETE and its undo need, on one line; for a process of its own."""
    with opened(name, target, case, count) as session:
        full(session, name, case, count)
        start = memory()
        run(session, DELETE)
        deleted = memory()
        undo(session)
        print(f"{name:<10}{case.name:<8} {count:>9,} {deleted - start:>7.1f} {memory() - deleted:>7.1f}", flush=True)


def full(session: Session, name: str, case: Case, count: int) -> None:
    """The tables, full again."""
    for table in case.tables:
        set_up(session, f"DELETE FROM {table} WHERE id > 0")
    for table, values in case.fill.items():
        listed = values.replace("concat(g, '@", "(g || '@").replace("concat(", "(").replace(", g)", " || g)").replace("timestamp ", "")
        set_up(session, f"INSERT INTO {table} {NUMBERS[name].format(count, listed if name == 'sqlite' else values)}")


def timed(work: Callable[[], object], session: Session, name: str, case: Case, count: int) -> float:
    """The seconds of a DELETE of tables that are full again."""
    full(session, name, case, count)
    return clocked(work)


def memory() -> float:
    """The peak of this process, in megabytes; getrusage would tell that of the parent where it is higher."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def clocked(work: Callable[[], object]) -> float:
    """Seconds."""
    started = perf_counter()
    work()
    return perf_counter() - started


if __name__ == "__main__":
    main()
