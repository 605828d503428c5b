"""What undo costs: a DELETE of 100,000 rows with the rows kept, beside the plain one; run this file.

    SAFESQL_TEST_POSTGRES=postgresql://.. SAFESQL_TEST_MARIADB=mariadb://.. python tests/benchmarks/bench_undo.py [ROWS]
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from safesql.config.target import target_of
from safesql.engine.session import Session
from safesql.target import Target
from tests.engine.undo_rig import keeper, rows, run, session_to, set_up, undo

FILL = {
    "postgres": "INSERT INTO b SELECT g, 'name ' || g, g * 1.5, now(), md5(g::text), g % 7, NULL FROM generate_series(1, {0}) g",
    "mariadb": "INSERT INTO b SELECT seq, concat('name ', seq), seq * 1.5, now(), md5(seq), seq % 7, NULL FROM seq_1_to_{0}",
    "sqlite": (
        "INSERT INTO b WITH RECURSIVE s(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM s WHERE g < {0}) "
        "SELECT g, 'name ' || g, g * 1.5, '2024-01-01', hex(g), g % 7, NULL FROM s"
    ),
}
TABLE = "CREATE TABLE b (id integer PRIMARY KEY, name varchar(40), amount numeric(12, 2), at timestamp NULL, code varchar(40), kind int, note text)"
DELETE = "DELETE FROM b WHERE id > 0"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"DELETE of {count:,} rows of 7 columns; seconds, the best of three; memory is the peak of the process\n")
    print(f"{'server':<10} {'plain':>7} {'with undo':>10} {'ratio':>6} {'rows kept/s':>12} {'on disk':>9} {'undo':>7} {'memory':>8}")
    for name, target in targets():
        with tempfile.TemporaryDirectory() as folder:
            measure(name, target, Path(folder), count)


def targets() -> Iterator[tuple[str, Target]]:
    """SQLite always, the others where they are."""
    yield "sqlite", Target("sqlite", path=str(Path(tempfile.mkdtemp()) / "bench.db"), dialect="sqlite")
    for name in ("POSTGRES", "MARIADB"):
        url = os.environ.get(f"SAFESQL_TEST_{name}")
        if url:
            database = "" if name == "POSTGRES" else "safesql_bench_undo"
            yield name.lower(), target_of(url + database, {})


def measure(name: str, target: Target, folder: Path, count: int) -> None:
    """One server."""
    if name == "mariadb":
        admin = session_to(target_of(os.environ["SAFESQL_TEST_MARIADB"], {}), folder)
        set_up(admin, "CREATE DATABASE IF NOT EXISTS safesql_bench_undo")
        admin.connection.close()
    session = session_to(target, folder)
    set_up(session, f"DROP TABLE IF EXISTS b; {TABLE}")
    plain = min(timed(lambda: set_up(session, DELETE), session, name, count) for _ in range(3))
    kept = [timed(lambda: run(session, DELETE), session, name, count) for _ in range(3)]
    size = (keeper(session).journal.folder / "000001.before").stat().st_size
    back = clocked(lambda: undo(session))
    assert len(rows(session, "b")["b"]) == count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    best = min(kept)
    print(
        f"{name:<10} {plain:>7.2f} {best:>10.2f} {best / plain:>6.1f} {count / max(best - plain, 1e-9):>12,.0f} "
        f"{size / 1e6:>6.1f} MB {back:>7.2f} {memory:>5} MB"
    )
    set_up(session, "DROP TABLE b")
    session.connection.close()


def timed(work: Callable[[], object], session: Session, name: str, count: int) -> float:
    """The seconds of a DELETE of a table that is full again."""
    set_up(session, "DELETE FROM b WHERE id > 0")
    set_up(session, FILL[name].format(count))
    return clocked(work)


def clocked(work: Callable[[], object]) -> float:
    """Seconds."""
    started = perf_counter()
    work()
    return perf_counter() - started


if __name__ == "__main__":
    main()
