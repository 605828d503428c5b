"""From a key to the names it offers, with 10,000 tables of 10 columns: safesql beside pgcli and mycli.

Run it: python tests/benchmarks/bench_completion.py [--tables N] [--keys N] [--peers FOLDER]

The servers are those of SAFESQL_TEST_POSTGRES and SAFESQL_TEST_MARIADB; a database is made on each and dropped. FOLDER
holds the programs pgcli and mycli; without it they are installed into an environment that goes away again. Told are the
seconds until names are offered after a first start and after a second one, and the milliseconds from a key to the screen.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from uuid import uuid4

import pexpect
import psycopg
import pymysql

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))
from safesql.config.target import target_of  # noqa: E402
from safesql.target import Target  # noqa: E402
from tests.benchmarks.bench_start import ESCAPES, Client, installed_peers, mariadb_clients, postgres_clients  # noqa: E402

COLUMNS = "id integer, customer integer, amount numeric(12, 2), created timestamp, status text, note text, c7 text, c8 text, c9 text, c10 text"
PATIENCE = 300.0
QUIET = 0.2                # seconds without paint, after which a screen has come to rest


@dataclass(frozen=True)
class Taken:
    """Seconds until names are offered, by start; milliseconds from a key to the names."""

    first: float
    again: float
    key: float


class Typist:
    """One program on a terminal of 24 lines."""

    def __init__(self, client: Client, environ: Mapping[str, str]) -> None:
        self.started = perf_counter()
        self._process: pexpect.spawn[bytes] = pexpect.spawn(client.shell[0], list(client.shell[1:]), env=dict(environ), dimensions=(24, 80))
        self._process.delaybeforesend = None
        self._until(client.prompt.replace("\\", "")[-1:], 60)

    def offered(self, table: str) -> float:
        """Seconds from the start until a table is offered, typing its name again and again."""
        begun = f"select * from {table[:-1]}"
        until = monotonic() + PATIENCE
        while monotonic() < until:
            self._rest()
            self._process.send(begun)
            if self._until(table, 0.4):
                return perf_counter() - self.started
            self._process.send("\x1b\x1b\x15")
        raise SystemExit(f"{self._process.command!r} offered no names in {PATIENCE:.0f} s")

    def key(self, table: str) -> float:
        """Milliseconds from the last key of a name's beginning until the name is painted."""
        self._process.send("\x15")
        self._rest()
        self._process.send(f"select * from {table[:-2]}")
        self._rest()
        started = perf_counter()
        self._process.send(table[-2])
        if not self._until(table, 30.0):
            raise SystemExit(f"{self._process.command!r} did not offer {table}")
        return 1000 * (perf_counter() - started)

    def close(self) -> None:
        """Whatever it is doing."""
        self._process.close(force=True)

    def _rest(self) -> None:
        while self._read(QUIET):
            pass

    def _until(self, text: str, seconds: float) -> bool:
        painted, until = b"", monotonic() + seconds
        while monotonic() < until:
            painted += self._read(0.02)
            if text.encode() in ESCAPES.sub(b"", painted):
                return True
        return False

    def _read(self, seconds: float) -> bytes:
        try:
            fresh = self._process.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return b""
        except pexpect.EOF:
            raise SystemExit(f"{self._process.command!r} ended") from None
        if b"\x1b[6n" in fresh:
            self._process.send("\x1b[1;1R")
        return fresh


def taken(client: Client, tables: int, keys: int, environ: Mapping[str, str]) -> Taken:
    """Two starts; keys are typed in the second one."""
    names = [f"table_{number:05}" for number in range(0, tables, max(1, tables // (keys + 1)))][1 : keys + 1]
    with closing(Typist(client, environ)) as first:
        until_first = first.offered(names[0])
    with closing(Typist(client, environ)) as again:
        until_again = again.offered(names[0])
        return Taken(until_first, until_again, median(again.key(name) for name in names))


@contextmanager
def postgres(url: str, tables: int) -> Iterator[str]:
    """A database with so many tables, by its URL."""
    name = f"safesql_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        made = url.rpartition("/")[0] + f"/{name}"
        try:
            with psycopg.connect(made) as session:
                for start in range(0, tables, 500):
                    session.execute("".join(_tables(start, min(start + 500, tables), "")).encode())
                    session.commit()
            yield made
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def mariadb(url: str, tables: int) -> Iterator[str]:
    """The same, in files that are made quickly."""
    name, target = f"safesql_{uuid4().hex}", target_of(url, {})
    with closing(_mariadb(target)) as admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            admin.select_db(name)
            for statement in _tables(0, tables, " ENGINE=MyISAM"):
                cursor.execute(statement)
            yield url.rpartition("/")[0] + f"/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name}")


def _mariadb(target: Target) -> pymysql.Connection:
    return pymysql.connect(host=target.host, port=target.port or 3306, user=target.user)


def _tables(start: int, end: int, engine: str) -> list[str]:
    return [f"CREATE TABLE table_{number:05} ({COLUMNS}){engine};" for number in range(start, end)]


def clients(url: str, peers: Path | None) -> list[Client]:
    """safesql and the peer of a server; mycli takes the database as its last word."""
    ours = (str(Path(sys.executable).parent / "safesql"),)
    if url.startswith("postgres"):
        return [each for each in postgres_clients(ours, url, peers) if each.name != "psql"]
    database = url.rpartition("/")[2]
    found = [each for each in mariadb_clients(ours, url, peers) if each.name != "mariadb"]
    return [replace(each, shell=(*each.shell, database)) if each.name == "mycli" else each for each in found]


def printed(server: str, figures: Mapping[str, Taken]) -> None:
    """A line for each program, and whether safesql won."""
    ours = figures["safesql"]
    for name, each in figures.items():
        cells = [f"{each.first:8.2f} s", f"{each.again:8.2f} s", f"{each.key:8.0f} ms"]
        if name != "safesql":
            pairs = ((ours.first, each.first), (ours.again, each.again), (ours.key, each.key))
            cells = [f"{cell} ({'won' if our < their else 'lost'})" for cell, (our, their) in zip(cells, pairs, strict=True)]
        print(f"{server:<10}{name:<9}" + "".join(f"{cell:>20}" for cell in cells))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tables", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=9)
    parser.add_argument("--peers", type=Path, help="a folder with pgcli and mycli")
    chosen = parser.parse_args()
    print(f"{'server':<10}{'program':<9}{'names, first start':>20}{'names, next start':>20}{'key to names':>20}")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peers = chosen.peers or stack.enter_context(installed_peers(wanted=True))
        environ = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        for server, made, variable in (("postgres", postgres, "SAFESQL_TEST_POSTGRES"), ("mariadb", mariadb, "SAFESQL_TEST_MARIADB")):
            if variable in os.environ:
                with made(os.environ[variable], chosen.tables) as url:
                    printed(server, {each.name: taken(each, chosen.tables, chosen.keys, environ) for each in clients(url, peers)})


if __name__ == "__main__":
    main()
