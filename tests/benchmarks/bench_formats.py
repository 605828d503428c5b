"""A million rows of six columns in table, vertical and csv: safesql beside psql, mysql and sqlite3 in the same run.

Run it: python tests/benchmarks/bench_formats.py [--rows N] [--rounds N] [--peers FOLDER] [postgres] [mariadb] [sqlite]

The servers are those of SAFESQL_TEST_POSTGRES and SAFESQL_TEST_MARIADB; a database is made on each and dropped. Without
them, or with the word ``formats``, the formats alone are timed on rows made in memory. For each program: seconds to the
last row with the output thrown away, seconds to the first row through a pipe, and the most memory it took. With --peers
and the folder of their programs, pgcli and mycli run once each, after the others: they take minutes and gigabytes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

from safesql.formats import FORMATS, Layout
from safesql.result import Chunk, Column, Result, Shape, Summary

ROOT = Path(__file__).parent.parent.parent
QUERY = "SELECT * FROM rows_of_six"
FORMS = ("table", "vertical", "csv")

POSTGRES = """CREATE TABLE rows_of_six AS SELECT n AS id, n % 9973 AS customer, (n * 1.25)::numeric(12, 2) AS amount,
timestamp '2026-01-01' + n * interval '1 second' AS created, 'open' || n % 7 AS status,
CASE WHEN n % 10 = 0 THEN NULL ELSE 'note number ' || n END AS note FROM generate_series(1, {rows}) AS n"""
MARIADB = """CREATE TABLE rows_of_six AS SELECT seq AS id, seq % 9973 AS customer, CAST(seq * 1.25 AS decimal(12, 2)) AS amount,
timestamp'2026-01-01 00:00:00' + INTERVAL seq SECOND AS created, CONCAT('open', seq % 7) AS status,
IF(seq % 10 = 0, NULL, CONCAT('note number ', seq)) AS note FROM seq_1_to_{rows}"""
SQLITE = """CREATE TABLE rows_of_six AS WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows})
SELECT n AS id, n % 9973 AS customer, n * 1.25 AS amount, datetime(n + 1767225600, 'unixepoch') AS created,
'open' || n % 7 AS status, CASE WHEN n % 10 = 0 THEN NULL ELSE 'note number ' || n END AS note FROM s"""


@dataclass(frozen=True)
class Taken:
    """Seconds, seconds, MB."""

    all: float
    first: float
    peak: float

    def __str__(self) -> str:
        return f"{self.all:7.2f} s {self.first:7.3f} s {self.peak:6.0f} MB"


@dataclass(frozen=True)
class Bench:
    """Our target, and the command of the server's own shell for each format."""

    name: str
    target: str
    shell: dict[str, list[str]]
    peer: str
    peers: Callable[[Path, Path], dict[str, list[str]]]


def pgcli(programs: Path, home: Path, url: str) -> dict[str, list[str]]:
    """Each format by a configuration of its own; it has no option for it."""
    settings = {"table": "table_format = psql", "vertical": "table_format = psql\nexpand = True", "csv": "table_format = csv"}
    commands = {}
    for form, text in settings.items():
        (home / form).write_text(f"[main]\n{text}\nless_chatty = True\nkeyring = False\nenable_pager = False\n")
        commands[form] = [str(programs / "pgcli"), "--pgclirc", str(home / form), "--row-limit", "0", url, "-c", QUERY]
    return commands


def mycli(programs: Path, _home: Path, options: list[str]) -> dict[str, list[str]]:
    """Table, vertical and csv."""
    words = [str(programs / "mycli"), *options]
    return {"table": [*words, "-t", "-e", QUERY], "vertical": [*words, "-e", f"{QUERY}\\G"], "csv": [*words, "--csv", "-e", QUERY]}


def taken(command: list[str], environment: dict[str, str], rounds: int) -> Taken:
    """The medians of some runs."""
    runs = [_run(command, environment) for _ in range(rounds)]
    first = median(_first(command, environment) for _ in range(rounds))
    return Taken(median(seconds for seconds, _ in runs), first, median(peak for _, peak in runs))


def _run(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and MB of one run to the end."""
    started = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} failed with exit code {child.returncode}")
    return perf_counter() - started, usage.ru_maxrss / 1024


def _first(command: list[str], environment: dict[str, str]) -> float:
    """Seconds until four lines are there: names, rule, and a row."""
    started = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:
        assert child.stdout is not None
        for _ in range(4):
            child.stdout.readline()
        seconds = perf_counter() - started
        child.kill()
    return seconds


@contextmanager
def postgres(rows: int) -> Iterator[Bench]:
    """A database of its own on the server of the tests."""
    url, name = os.environ["SAFESQL_TEST_POSTGRES"], f"safesql_bench_{uuid4().hex}"
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    _quiet(["psql", "-qXd", url, "-c", f"CREATE DATABASE {name}"])
    try:
        _quiet(["psql", "-qXd", own, "-c", POSTGRES.format(rows=rows), "-c", "VACUUM ANALYZE rows_of_six"])
        psql = ["psql", "-X", "-d", own, "-c", QUERY]
        forms = {"table": psql, "vertical": [*psql, "-x"], "csv": [*psql, "--csv"]}
        yield Bench("psql", own, forms, "pgcli", lambda programs, home: pgcli(programs, home, own))
    finally:
        _quiet(["psql", "-qXd", url, "-c", f"DROP DATABASE {name} WITH (FORCE)"])


@contextmanager
def mariadb(rows: int) -> Iterator[Bench]:
    """A database of its own on the server of the tests."""
    url, name = urlsplit(os.environ["SAFESQL_TEST_MARIADB"]), f"safesql_bench_{uuid4().hex}"
    options = ["-h", url.hostname or "", "-P", str(url.port), "-u", url.username or ""]
    mysql = ["mysql", "--no-defaults", *options]
    _quiet([*mysql, "-e", f"CREATE DATABASE {name}"])
    try:
        _quiet([*mysql, name, "-e", MARIADB.format(rows=rows)])
        asked = [*mysql, name, "--quick", "-e", QUERY]
        forms = {"table": [*mysql, name, "-t", "-e", QUERY], "vertical": [*asked, "-E"], "csv": [*asked, "-B"]}
        own = url._replace(path=f"/{name}").geturl()
        yield Bench("mysql", own, forms, "mycli", lambda programs, home: mycli(programs, home, [*options, name]))
    finally:
        _quiet([*mysql, "-e", f"DROP DATABASE {name}"])


@contextmanager
def sqlite(rows: int) -> Iterator[Bench]:
    """A file."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder, "bench.db"))
        _quiet(["sqlite3", path, SQLITE.format(rows=rows)])
        modes = {"table": "-column", "vertical": "-line", "csv": "-csv"}
        forms = {form: ["sqlite3", "-header", modes[form], path, QUERY] for form in FORMS}
        yield Bench("sqlite3", path, forms, "", lambda _programs, _home: {})


def _quiet(command: list[str]) -> None:
    """Run to the end or stop here."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def compare(bench: Bench, rounds: int, programs: Path | None) -> None:
    """One line for each format and program, and the ratios of their times."""
    with TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
        peers = bench.peers(programs, Path(home)) if programs is not None else {}
        for form in FORMS:
            theirs = taken(bench.shell[form], environment, rounds)
            command = [sys.executable, "-m", "safesql", bench.target, "--format", form, "-c", QUERY]
            ours = taken(command, environment, rounds)
            print(f"{form:9} {bench.name:8} {theirs}")
            print(f"{form:9} {'safesql':8} {ours}   {ours.all / theirs.all:.2f} x {bench.name}", flush=True)
            if form in peers:
                peer = taken(peers[form], environment, 1)
                print(f"{form:9} {bench.peer:8} {peer}   safesql takes {ours.all / peer.all:.2f} of it", flush=True)


def formats(rows: int) -> None:
    """Microseconds a row of each format alone."""
    numbers = (Column("id", "", Shape.NUMBER), Column("customer", "", Shape.NUMBER), Column("amount", "", Shape.NUMBER))
    columns = (*numbers, Column("created"), Column("status"), Column("note"))
    texts: dict[str, str | None] = {"ascii": "note number 1", "null": None, "latin": "Zürich", "wide": "東京", "lines": "a\nb"}
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for kind, note in texts.items():
            chunk: Chunk = [
                (str(n), str(n % 97), f"{n * 1.25:.2f}", "2026-01-01 00:00:00", "open", note) for n in range(1000)
            ]
            told = []
            for form in FORMATS.values():
                result = Result(columns, (chunk for _ in range(max(1, rows // 1000))), lambda: Summary("SELECT"))
                started = perf_counter()
                count = form.render(result, nowhere.write, Layout(raw=True))
                told.append(f"{form.name} {(perf_counter() - started) / count * 1e6:.2f}")
            print(f"{kind:6} {'  '.join(told)}  microseconds a row", flush=True)


def main() -> None:
    """All servers that there are, or those that are named."""
    parser = argparse.ArgumentParser(description="safesql's output beside that of the servers' own shells")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, help="a folder with pgcli and mycli")
    parser.add_argument("which", nargs="*", metavar="postgres|mariadb|sqlite|formats")
    asked = parser.parse_args()
    known = {"postgres": postgres, "mariadb": mariadb, "sqlite": sqlite}
    there = {"postgres": "SAFESQL_TEST_POSTGRES" in os.environ, "mariadb": "SAFESQL_TEST_MARIADB" in os.environ}
    for name in asked.which or [name for name in (*known, "formats") if there.get(name, True)]:
        print(f"\n{name}, {asked.rows} rows: all rows, first row, peak memory")
        if name == "formats":
            formats(min(asked.rows, 100_000))
        else:
            with known[name](asked.rows) as bench:
                compare(bench, asked.rounds, asked.peers)


if __name__ == "__main__":
    main()
