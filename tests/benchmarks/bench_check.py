"""Speed of ``safesql check`` on generated files: ordinary statements, a long IN list, INSERT rows, COPY data.

Run it: python tests/benchmarks/bench_check.py [--runs N]

Each figure is the median of whole runs of the program, less that of runs on an empty file, which is given too; CPU time,
because other work on the machine stretches it less.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path
from statistics import median

ORDINARY = (
    "UPDATE orders SET status = 'shipped', shipped_at = now() WHERE id = {n};",
    "DELETE FROM sessions WHERE user_id = {n} AND expires < '2026-01-01';",
    "SELECT c.name, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id > {n} GROUP BY 1;",
    "INSERT INTO audit (who, what) SELECT id, 'paid {n}' FROM bills WHERE paid AND month = '2026-{n}';",
    "ALTER TABLE orders ADD COLUMN note_{n} text;",
)
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """A file to be judged; ``unit`` says how its speed is read."""

    name: str
    lines: Callable[[], Iterator[str]]
    statements: int
    unit: str


def ordinary(count: int) -> Iterator[str]:
    """Statements as people write them, no two of the same text."""
    yield from (text.format(n=number) for number, text in enumerate(islice(cycle(ORDINARY), count)))


def in_list(values: int) -> Iterator[str]:
    """One DELETE with so many keys."""
    yield f"DELETE FROM orders WHERE id IN ({', '.join(map(str, range(1, values + 1)))});"


def insert_rows(count: int) -> Iterator[str]:
    """A dump with one row in each statement."""
    for n in range(count):
        yield f"INSERT INTO orders VALUES ({n}, {n % 977}, '2026-{n % 12 + 1:02}-11', {n % 499}.25, 'it''s; note {n}', NULL);"


def copy_rows(count: int) -> Iterator[str]:
    """The same as pg_dump writes it."""
    rows = (f"{n}\t{n % 977}\t2026-{n % 12 + 1:02}-11\t{n % 499}.25\tit's; note {n}\t\\N" for n in range(count))
    yield from chain(("COPY orders FROM stdin;",), rows, ("\\.",))


CASES = (
    Case("ordinary statements", lambda: ordinary(20_000), 20_000, "statements/s"),
    Case("IN list, 12,000 values", lambda: in_list(12_000), 1, "ms"),
    Case("INSERT, one row each", lambda: insert_rows(200_000), 200_000, "MB/s"),
    Case("COPY data", lambda: copy_rows(2_000_000), 1, "MB/s"),
)


def checked(path: Path) -> float:
    """CPU seconds of one run; every statement of these files is allowed, and check says so with 0."""
    command = [sys.executable, "-m", "safesql", "check", "--no-config", "--dialect", "postgres", str(path)]
    before = _cpu()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench_check.py: exit code {done.returncode}: {(done.stdout + done.stderr)[:500]}")
    return _cpu() - before


def _cpu() -> float:
    """Seconds that the runs so far took of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def speed(case: Case, size: int, seconds: float) -> str:
    """In the unit of the case."""
    figures = {"statements/s": case.statements / seconds, "ms": seconds * 1000, "MB/s": size / MEGABYTE / seconds}
    return f"{figures[case.unit]:,.0f} {case.unit}"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = range(parser.parse_args().runs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changes.sql"
        path.touch()
        empty = median(checked(path) for _ in runs)
        print(f"an empty file: {empty * 1000:.0f} ms\n{'file':<26}{'MB':>8}{'statements':>12}{'speed':>22}{'CPU s':>9}")
        for case in CASES:
            with path.open("w", encoding="utf-8") as file:      # a child's peak begins with what its parent holds
                file.writelines(f"{line}\n" for line in case.lines())
            seconds, size = median(checked(path) for _ in runs) - empty, path.stat().st_size
            shown = speed(case, size, seconds)
            print(f"{case.name:<26}{size / MEGABYTE:>8.1f}{case.statements:>12,}{shown:>22}{seconds:>9.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(f"the largest run took {peak:.0f} MB of memory")


if __name__ == "__main__":
    main()
