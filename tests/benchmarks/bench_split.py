"""Megabytes a second that splitting takes from dumps and scripts, its memory, and sqlparse on a slice of the same text.

Run it: python tests/benchmarks/bench_split.py [MEGABYTES]
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from time import process_time

import sqlparse

from safesql.sql.dialect import Dialect
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import Splitter
from safesql.sql.statement import CopyData

CHUNK = 1 << 20
SLICE = 40_000            # characters for sqlparse, which takes its time
VARIETY = 400             # different lines of each file


def _row(pick: random.Random, number: int) -> str:
    """Six values as a shop has them."""
    name = f"customer {pick.random()}" + ("''s; son" if number % 9 == 0 else "")
    return f"({number}, '{name}', 'some words about {pick.random()}', {pick.random() * 1000:.2f}, NULL, '2026-01-02 03:04:05+00')"


def _one_row(pick: random.Random) -> Iterator[str]:
    """As pg_dump --inserts."""
    return (f"INSERT INTO public.orders VALUES {_row(pick, number)};\n" for number in range(VARIETY))


def _many_rows(pick: random.Random) -> Iterator[str]:
    """As pg_dump --rows-per-insert=100."""
    for number in range(VARIETY):
        yield "INSERT INTO public.orders VALUES\n\t" + ",\n\t".join(_row(pick, number) for _ in range(100)) + ";\n\n"


def _extended(pick: random.Random) -> Iterator[str]:
    """As mysqldump."""
    yield "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
    for number in range(12):
        rows = ",".join(_row(pick, number).replace("''", "\\'").replace("+00", "") for _ in range(4_000))
        yield f"INSERT INTO `orders` VALUES {rows};\n"


def _copy(pick: random.Random) -> Iterator[str]:
    """As pg_dump."""
    yield "COPY public.orders (id, name, note, amount, paid, at) FROM stdin;\n"
    for number in range(VARIETY * 20):
        yield f"{number}\tcustomer {pick.random()}\tsome \\\\ words {pick.random()}\t{number}.50\t\\N\t2026-01-02 03:04:05+00\n"
    yield "\\.\n\n"


def _mixed(pick: random.Random) -> Iterator[str]:
    """As people write migrations."""
    for number in range(VARIETY):
        yield f"-- change {number}\nUPDATE orders SET note = 'x; {pick.random()}' WHERE id = {number} AND status IN ('a', 'b');\n"
        yield f"ALTER TABLE orders ADD COLUMN c{number} numeric(10, 2) DEFAULT 0 CHECK (c{number} >= 0); /* why */\n"
        yield f"SELECT id, lower(name) FROM customers c JOIN orders o ON (o.id = c.id) WHERE c.id > {number} ORDER BY 1;\n"


FILES: dict[str, tuple[str, Callable[[random.Random], Iterator[str]]]] = {
    "INSERT, one row": ("postgres", _one_row),
    "INSERT, 100 rows": ("postgres", _many_rows),
    "mysqldump": ("mariadb", _extended),
    "INSERT, SQLite": ("sqlite", _one_row),
    "COPY": ("postgres", _copy),
    "statements": ("postgres", _mixed),
}


def _write(path: Path, lines: Callable[[random.Random], Iterator[str]], size: int) -> int:
    """A file of at least ``size`` characters; whole rounds only, so that it stays a script."""
    text = "".join(lines(random.Random(1)))
    with path.open("w", encoding="utf-8") as file:
        for written in islice(cycle([text]), max(1, size // len(text))):
            file.write(written)
    return path.stat().st_size


def _chunks(path: Path) -> Iterator[str]:
    """The file as a batch reads it."""
    with path.open(encoding="utf-8", newline="") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _split(path: Path, dialect: Dialect) -> int:
    """All pieces, counted and forgotten."""
    return sum(not isinstance(piece, CopyData) for piece in Splitter(_chunks(path), dialect))


def _seconds(work: Callable[[], object]) -> float:
    """The best of three, of the processor's time."""
    found = []
    for _ in range(3):
        started = process_time()
        work()
        found.append(process_time() - started)
    return min(found)


def _peak(path: Path, dialect: Dialect) -> float:
    """Megabytes resident at most in a process of its own that splits one file."""
    asked = [sys.executable, str(Path(__file__).resolve()), "--peak", str(path), dialect.name]
    return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout) / 1024


def main(megabytes: int) -> None:
    """Print one line for each kind of file."""
    print(f"{'file':18}{'MB':>6}{'statements':>12}{'MB/s':>8}{'µs each':>10}{'read 1:':>9}{'sqlparse 1:':>13}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        for name, (dialect_name, lines) in FILES.items():
            dialect = DIALECTS[dialect_name]
            size = _write(path, lines, megabytes * 1_000_000) / 1e6
            count = _split(path, dialect)
            taken = _seconds(lambda of=dialect: _split(path, of))  # type: ignore[misc]
            read = _seconds(lambda: sum(map(len, _chunks(path))))
            slice_ = "".join(islice(_chunks(path), 1))[:SLICE]
            slow = _seconds(lambda text=slice_: _parsed(text)) / len(slice_) * size * 1e6  # type: ignore[misc]
            ratio = f"{slow / taken:,.0f}" if slow else "-"
            print(f"{name:18}{size:6.1f}{count:12,}{size / taken:8.1f}{taken / count * 1e6:10.2f}{taken / read:9.1f}{ratio:>13}"
                  f"{_peak(path, dialect):9.1f}")


def _parsed(text: str) -> None:
    """Sqlparse on a text; what it gives up on counts as it is."""
    try:
        sqlparse.split(text)
    except sqlparse.exceptions.SQLParseError:
        return


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        _split(Path(sys.argv[2]), DIALECTS[sys.argv[3]])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
