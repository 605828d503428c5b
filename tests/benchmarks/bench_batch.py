"""Scripts of many small statements: safesql beside psql and mysql on the same server, near and far.

Run it: python tests/benchmarks/bench_batch.py [--statements N] [--alone N] [--far N] [--million] [servers ..]

SAFESQL_TEST_POSTGRES and SAFESQL_TEST_MARIADB name the servers, as for the tests. Whole runs of the programs, taking
turns; seconds by the clock are the median of three, of the processor those of the program itself. An aim is a share of
the other client's time, and is printed as won or lost. With --million the same once with a quarter of a million and a
million statements in one transaction, and judged by check: the most memory that the program held must not grow.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

TABLE = "CREATE TABLE orders (id int PRIMARY KEY, customer int, placed date, amount numeric(12, 2), note varchar(99), x int)"
AIMS = {"postgres": {"alone": 0.5, "together": 0.9, "far": 1 / 20}, "mariadb": {"alone": 0.5, "together": 0.5, "far": 1 / 20}}
RUNS = 3
MANY = (250_000, 1_000_000)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    """Where a database of the benchmark's own is, and how the server's own client runs a script there."""

    name: str
    url: str

    @property
    def near(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or (5432 if self.name == "postgres" else 3306)

    def through(self, port: int) -> Server:
        """The same server by another port of this machine."""
        parts = urlsplit(self.url)
        return replace(self, url=parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl())

    def say(self, text: str) -> None:
        """Statements of the benchmark itself."""
        subprocess.run(self._client(["-c", text], ["-e", text]), check=True, stdout=subprocess.DEVNULL)

    def native(self, script: Path, *, together: bool) -> list[str]:
        """The server's own client."""
        once = ["-1"] if together else []
        source = f"begin; source {script}; commit" if together else f"source {script}"
        return self._client([*once, "-v", "ON_ERROR_STOP=1", "-f", str(script)], ["-e", source])

    def ours(self, script: Path, *, together: bool) -> list[str]:
        """safesql; rows that many are asked about in production, which a benchmark is not."""
        words = ["--environment", "development", "--no-config", "-f", str(script)]
        return [sys.executable, "-m", "safesql", self.url, *words, *(["-1"] if together else [])]

    def _client(self, psql: list[str], mysql: list[str]) -> list[str]:
        parts = urlsplit(self.url)
        if self.name == "postgres":
            return [_psql(), "-qX", "-d", self.url, *psql]
        where = ["-h", parts.hostname or "", "-P", str(parts.port), "-u", parts.username or ""]
        return ["mariadb", "--no-defaults", *where, *([parts.path[1:]] if parts.path[1:] else []), *mysql]


@dataclass(frozen=True, slots=True)
class Took:
    """One run: seconds by the clock, of the processor, and megabytes at most."""

    wall: float
    cpu: float
    memory: float


def _psql() -> str:
    """The program itself, where Debian puts a script in front of it."""
    behind = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"), key=lambda path: float(path.parts[4]))
    return str(behind[-1]) if behind else "psql"


@contextmanager
def database(name: str) -> Iterator[Server]:
    """A database that goes away again."""
    whole = Server(name, os.environ[f"SAFESQL_TEST_{name.upper()}"])
    own = f"safesql_bench_{uuid4().hex}"
    whole.say(f"CREATE DATABASE {own}")
    server = replace(whole, url=urlsplit(whole.url)._replace(path=f"/{own}").geturl())
    try:
        server.say(TABLE)
        yield server
    finally:
        whole.say(f"DROP DATABASE {own}" + (" WITH (FORCE)" if name == "postgres" else ""))


def inserts(count: int) -> Iterator[str]:
    """One row in each statement."""
    for at in range(count):
        yield f"INSERT INTO orders VALUES ({at}, {at % 977}, '2026-11-05', {at % 499}.25, 'it''s; note {at}', NULL);\n"


def updates(count: int) -> Iterator[str]:
    """One row in each statement, by its key."""
    for at in range(count):
        yield f"UPDATE orders SET note = 'x; {at}', amount = amount + 1 WHERE id = {at};\n"


SCRIPTS = {"INSERT": inserts, "UPDATE": updates}


def took(words: list[str], home: Path) -> Took:
    """One run, which must go well."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
    started = perf_counter()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env) as child:
        said = child.stderr.read() if child.stderr else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(words[:3])} .. failed: {said.decode()[-400:]}")
    return Took(perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compared(server: Server, kind: str, script: Path, work: str, runs: int, home: Path, *, filled: bool) -> None:
    """Both programs in turns, and a line for them; ``kind`` chooses the aim."""
    together = kind != "alone"
    both: dict[str, list[Took]] = {"native": [], "ours": []}
    for _ in range(runs):
        for who, found in both.items():
            if not filled:
                server.say("TRUNCATE orders")
            words = (server.native if who == "native" else server.ours)(script, together=together)
            found.append(took(words, home))
    theirs, mine = (median(each.wall for each in both[who]) for who in ("native", "ours"))
    cpu = median(each.cpu for each in both["ours"])
    memory = max(each.memory for each in both["ours"])
    aim = AIMS[server.name][kind.split()[0]]
    end = "won" if mine <= aim * theirs else "lost"
    print(f"{server.name:<10}{work:<44}{theirs:8.2f} s{mine:8.2f} s{cpu:8.2f} s{memory:6.0f} MB"
          f"{mine / theirs:8.2f}   aim {aim:.2f}: {end}", flush=True)


def million(server: Server, home: Path, path: Path) -> None:
    """The same work at two sizes: run beside the server's own client, and judged alone."""
    for count in MANY:
        path.write_text("".join(inserts(count)))
        compared(server, "together", path, f"{count:,} INSERTs, one transaction", 1, home, filled=False)
        found = took([sys.executable, "-m", "safesql", "check", "--dialect", server.name, str(path)], home)
        work = f"{count:,} INSERTs, judged by check"
        print(f"{server.name:<10}{work:<44}{'':10}{found.wall:8.2f} s{found.cpu:8.2f} s{found.memory:6.0f} MB", flush=True)


def main() -> None:
    """Print one line for each work."""
    sys.path.insert(0, str(ROOT))
    from tests.benchmarks.far_link import far

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("servers", nargs="*", default=[])
    parser.add_argument("--statements", type=int, default=20_000, help="in one transaction")
    parser.add_argument("--alone", type=int, default=2_000, help="each committed by itself")
    parser.add_argument("--far", type=int, default=4_000, help="over a long link")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--million", action="store_true")
    chosen = parser.parse_args()
    print(f"{'server':<10}{'work':<44}{'native':>10}{'safesql':>10}{'its CPU':>10}{'memory':>9}{'share':>8}")
    with tempfile.TemporaryDirectory() as folder:
        home, path = Path(folder), Path(folder, "script.sql")
        for name in chosen.servers or AIMS:
            with database(name) as server:
                if chosen.million:
                    million(server, home, path)
                    continue
                for what, lines in SCRIPTS.items():
                    path.write_text("".join(lines(chosen.statements)))
                    work = f"{chosen.statements:,} {what}s, one transaction"
                    compared(server, "together", path, work, chosen.runs, home, filled=what == "UPDATE")
                    path.write_text("".join(lines(chosen.alone)))
                    work = f"{chosen.alone:,} {what}s, each by itself"
                    compared(server, "alone", path, work, chosen.runs, home, filled=what == "UPDATE")
                path.write_text("".join(updates(chosen.far)))
                for milliseconds in (2, 10):
                    with far(*server.near, milliseconds) as port:
                        work = f"{chosen.far:,} UPDATEs, one transaction, {milliseconds} ms each way"
                        compared(server.through(port), "far", path, work, 1, home, filled=True)


if __name__ == "__main__":
    main()
