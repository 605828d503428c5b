"""The guard's share of a load: the same file through the server's own client, and judged by ``safesql check``.

Run it: python tests/benchmarks/bench_read.py [--megabytes N] [postgres] [mariadb] [sqlite]

The servers are those of SAFESQL_TEST_POSTGRES and SAFESQL_TEST_MARIADB; a database is made on each and dropped. For each
file: seconds until the client had it loaded, the client's own CPU seconds, and CPU seconds of ``check`` less those on an
empty file. The last two are also given for pglast and sqlglot, which parse the same text whole.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlsplit
from uuid import uuid4

import sqlglot
from pglast.parser import parse_sql_json

ROOT = Path(__file__).parent.parent.parent
TABLES = (
    "CREATE TABLE orders (id int, customer int, day varchar(20), amount numeric(12, 2), note varchar(99), paid int)",
    "CREATE TABLE keyed (id int PRIMARY KEY, customer int, amount numeric(12, 2), note varchar(99))",
)
PARSED = 2_000_000        # characters for those that parse; their seconds are scaled to the whole


@dataclass(frozen=True)
class Client:
    """``load`` runs a file given as its standard input or by its name."""

    name: str
    dialect: str
    load: Callable[[Path], list[str]]


def rows(size: int) -> Iterator[str]:
    """One row in each statement."""
    written = number = 0
    while written < size:
        line = f"INSERT INTO orders VALUES ({number}, {number % 977}, '2026-11-05', {number % 499}.25, 'it''s; note {number}', NULL);\n"
        yield line
        written += len(line)
        number += 1


def many_rows(size: int) -> Iterator[str]:
    """A hundred rows in each statement."""
    lines, batch = rows(size), []
    for line in lines:
        batch.append(line.removeprefix("INSERT INTO orders VALUES ").rstrip(";\n"))
        if len(batch) == 100:
            yield "INSERT INTO orders VALUES\n" + ",\n".join(batch) + ";\n"
            batch.clear()


def changes(size: int) -> Iterator[str]:
    """Statements as people write them, by key, against an empty table: what is left is reading them."""
    written = number = 0
    while written < size / 4:
        line = f"UPDATE keyed SET note = 'x; {number}', amount = amount + 1 WHERE id = {number} AND customer IN ({number}, 4, 5);\n"
        yield line
        written += len(line)
        number += 1


FILES = {"INSERT, one row": rows, "INSERT, 100 rows": many_rows, "UPDATE by key": changes}


@contextmanager
def postgres() -> Iterator[Client]:
    """A database of its own."""
    url, name = os.environ["SAFESQL_TEST_POSTGRES"], f"safesql_bench_{uuid4().hex}"
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    _quiet(["psql", "-qXd", url, "-c", f"CREATE DATABASE {name}"])
    try:
        _quiet(["psql", "-qXd", own, "-c", ";".join(TABLES)])
        yield Client("psql -1 -f", "postgres", lambda path: ["psql", "-qX1", "-v", "ON_ERROR_STOP=1", "-d", own, "-f", str(path)])
    finally:
        _quiet(["psql", "-qXd", url, "-c", f"DROP DATABASE {name} WITH (FORCE)"])


@contextmanager
def mariadb() -> Iterator[Client]:
    """A database of its own."""
    url, name = urlsplit(os.environ["SAFESQL_TEST_MARIADB"]), f"safesql_bench_{uuid4().hex}"
    mysql = ["mysql", "--no-defaults", "-h", url.hostname or "", "-P", str(url.port), "-u", url.username or ""]
    _quiet([*mysql, "-e", f"CREATE DATABASE {name}"])
    try:
        _quiet([*mysql, name, "-e", ";".join(TABLES)])
        yield Client("mysql -e source", "mariadb", lambda path: [*mysql, name, "-e", f"begin; source {path}; commit"])
    finally:
        _quiet([*mysql, "-e", f"DROP DATABASE {name}"])


@contextmanager
def sqlite() -> Iterator[Client]:
    """A file."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "bench.db"))
        _quiet(["sqlite3", path, ";".join(TABLES)])
        yield Client("sqlite3 .read", "sqlite", lambda file: ["sqlite3", path, "begin", f".read {file}", "commit"])


SERVERS = {"postgres": postgres, "mariadb": mariadb, "sqlite": sqlite}


def _quiet(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _run(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor in the program itself."""
    started = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 3):
        sys.exit(f"{' '.join(command[:4])} .. failed with exit code {child.returncode}")
    return perf_counter() - started, usage.ru_utime + usage.ru_stime


def _check(path: Path, dialect: str) -> float:
    """Seconds of the processor."""
    return _run([sys.executable, "-m", "safesql", "check", "--dialect", dialect, str(path)])[1]


def _parsing(text: str, dialect: str) -> Iterator[str]:
    """What others take for the same text, where they read it."""
    part = text[: text.rfind(";\n", 0, PARSED) + 2]
    readers: dict[str, Callable[[], object]] = {
        "sqlglot": lambda: sqlglot.parse(part, read="mysql" if dialect == "mariadb" else dialect)
    }
    if dialect == "postgres":
        readers["pglast"] = lambda: parse_sql_json(part)
    for name, read in readers.items():
        started = process_time()
        read()
        yield f"{name} {(process_time() - started) * len(text) / len(part):.1f} s"


def main() -> None:
    """Print one line for each client and file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("servers", nargs="*", default=[])
    parser.add_argument("--megabytes", type=int, default=10)
    options = parser.parse_args()
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    print(f"{'client':16}{'file':18}{'MB':>6}{'loaded':>9}{'its CPU':>9}{'check':>8}{'MB/s':>7}{'share':>7}  others, parsing")
    with tempfile.TemporaryDirectory() as folder:
        path, empty = Path(folder, "script.sql"), Path(folder, "empty.sql")
        empty.write_text("")
        for server in options.servers or SERVERS:
            with SERVERS[server]() as client:
                for name, lines in FILES.items():
                    text = "".join(lines(options.megabytes * 1_000_000))
                    path.write_text(text)
                    wall, cpu = _run(client.load(path))
                    judged = max(_check(path, client.dialect) - _check(empty, client.dialect), 0.001)
                    others = ", ".join(_parsing(text, client.dialect))
                    print(f"{client.name:16}{name:18}{len(text) / 1e6:6.1f}{wall:8.1f}s{cpu:8.1f}s{judged:7.2f}s"
                          f"{len(text) / 1e6 / judged:7.1f}{judged / wall:7.2f}  {others}")


if __name__ == "__main__":
    main()
