"""From Ctrl-C to the end of the statement on its server, and to the next prompt: safesql beside psql, mariadb, sqlite3.

Run it: python tests/benchmarks/bench_cancel.py [--rounds N]

The servers are those of SAFESQL_TEST_POSTGRES and SAFESQL_TEST_MARIADB. Each client sits at a terminal and waits in a
statement of a minute when the key is pressed; another connection looks every 2 ms whether the server still runs it. In
the end the client must still have the session that it began with. Milliseconds: median, 95th percentile, maximum.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pexpect
import psycopg
import pymysql

ROOT = Path(__file__).parent.parent.parent
OURS = rb"\x1b\[\?2004h"       # the prompt is open: a paste is told apart from keys
PATIENCE = 30.0
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT sum(n), '{mark}' FROM r;"


@dataclass(frozen=True)
class Server:
    """``waits`` is a statement of a minute, ``runs`` tells whether it runs, ``session`` asks who the client is."""

    name: str
    waits: str
    session: str
    runs: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Client:
    """A program at a terminal, and what its prompt ends with."""

    name: str
    words: list[str]
    prompt: bytes


class Terminal:
    """A client on a terminal that answers where the cursor is."""

    def __init__(self, client: Client, home: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        env = kept | {"HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PAGER": "cat"}
        self.child: Any = pexpect.spawn(client.words[0], client.words[1:], env=env, dimensions=(40, 200))
        self.child.delaybeforesend = None
        self.prompt = re.compile(client.prompt)

    def until(self, pattern: re.Pattern[bytes]) -> bytes:
        """What is painted up to a text."""
        seen, end = b"", time.monotonic() + PATIENCE
        while not pattern.search(seen):
            if time.monotonic() > end:
                raise TimeoutError(f"{pattern.pattern!r} does not come: {seen[-500:]!r}")
            try:
                new = self.child.read_nonblocking(65536, timeout=0.01)
            except pexpect.TIMEOUT:
                continue
            seen += new
            if b"\x1b[6n" in new:
                self.child.send("\x1b[1;1R")
        return seen

    def forget(self) -> None:
        """What was painted so far."""
        with suppress(pexpect.TIMEOUT):
            while self.child.read_nonblocking(65536, timeout=0):
                pass

    def types(self, line: str) -> None:
        """A line and Enter, when the line has been taken in."""
        self.child.send(line)
        time.sleep(0.2)
        self.child.send("\r")

    def value(self, query: str) -> bytes:
        """The number that a query gives, with a mark before it."""
        self.types(query)
        whole = re.compile(rb"is(\d+)is.*?" + self.prompt.pattern, re.DOTALL)
        found = whole.search(self.until(whole))
        return found[1] if found else b""


def one_round(terminal: Terminal, server: Server, mark: str) -> tuple[float, float]:
    """Milliseconds from the key to the end on the server and to the prompt."""
    terminal.types(server.waits.format(mark=mark))
    ended: list[float] = []
    if server.runs is not None:
        wait_for(lambda: server.runs is not None and server.runs(mark))
    time.sleep(random.uniform(0.2, 0.5))
    watcher = Thread(target=lambda: ended.append(_end(server, mark)))
    terminal.forget()
    pressed = time.monotonic()
    terminal.child.send("\x03")
    watcher.start()
    terminal.until(terminal.prompt)
    back = time.monotonic()
    watcher.join()
    return 1000 * (ended[0] - pressed), 1000 * (back - pressed)


def _end(server: Server, mark: str) -> float:
    """When the server does not run it any more."""
    if server.runs is not None:
        wait_for(lambda: server.runs is not None and not server.runs(mark))
    return time.monotonic()


def wait_for(true: Callable[[], bool]) -> None:
    """Look every 2 ms."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the server does not do what it should")
        time.sleep(0.002)


def measured(server: Server, clients: list[Client], rounds: int) -> Iterator[str]:
    """A line of the table for each client; they take turns, so that the same machine is measured."""
    times: list[list[tuple[float, float]]] = [[] for _ in clients]
    with tempfile.TemporaryDirectory() as home:
        terminals = [Terminal(client, home) for client in clients]
        for terminal in terminals:
            terminal.until(terminal.prompt)
        before = [terminal.value(server.session) for terminal in terminals]
        for at in range(rounds * len(clients)):
            turn = at % len(clients)
            times[turn].append(one_round(terminals[turn], server, f"mark{os.getpid()}x{at}x"))
        after = [terminal.value(server.session) for terminal in terminals]
        for terminal in terminals:
            terminal.child.close(force=True)
    for client, taken, was, now in zip(clients, times, before, after, strict=True):
        first = spread([each for each, _ in taken]) if server.runs is not None else "-"
        back = spread([each for _, each in taken])
        yield f"{server.name:<11}{client.name:<9}{first:>18}{back:>20}   {'kept' if was == now else 'LOST'}"


def spread(times: list[float]) -> str:
    """Median, 95th percentile, maximum."""
    ordered = sorted(times)
    chosen = (ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], ordered[-1])
    return " / ".join(f"{each:.0f}" for each in chosen)


def cases(folder: str) -> Iterator[tuple[Server, list[Client]]]:
    """Each server with safesql and its own client."""
    ours = [sys.executable, "-m", "safesql", "--no-config", "--no-pager"]
    if url := os.environ.get("SAFESQL_TEST_POSTGRES"):
        watch: Any = psycopg.connect(url, autocommit=True)
        asked = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND strpos(query, %s) > 0"
        server = Server("PostgreSQL", "SELECT pg_sleep(60), '{mark}';", "SELECT 'is' || pg_backend_pid() || 'is';",
                        lambda mark: watch.execute(asked, [mark]).fetchone()[0] > 0)  # fmt: skip
        yield server, [Client("safesql", [*ours, url], OURS), Client("psql", ["psql", "-X", url], rb"=[#>] ")]
    if url := os.environ.get("SAFESQL_TEST_MARIADB"):
        yield _mariadb(ours, url)
    server = Server("SQLite", ENDLESS, "SELECT 'is' || 1 || 'is';")
    peers = [Client("sqlite3", ["sqlite3", f"{folder}/t.db"], rb"sqlite> ")] if shutil.which("sqlite3") else []
    yield server, [Client("safesql", [*ours, f"{folder}/t.db"], OURS), *peers]


def _mariadb(ours: list[str], url: str) -> tuple[Server, list[Client]]:
    parts = urlsplit(url)
    host, port, user = parts.hostname or "", parts.port or 3306, parts.username or ""
    watch = pymysql.connect(host=host, port=port, user=user, autocommit=True)

    def runs(mark: str) -> bool:
        with closing(watch.cursor()) as cursor:
            cursor.execute(
                "SELECT count(*) FROM information_schema.processlist WHERE id <> connection_id() AND instr(info, %s)", [mark]
            )
            return bool((cursor.fetchone() or (0,))[0])

    server = Server(
        "MariaDB", "SELECT benchmark(1000000000, md5('x')), '{mark}';", "SELECT concat('is', connection_id(), 'is');", runs
    )
    words = ["mariadb", "--no-defaults", "-h", host, "-P", str(port), "-u", user, "mysql"]
    return server, [Client("safesql", [*ours, url.rstrip("/") + "/mysql"], OURS), Client("mariadb", words, rb"\]> ")]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=30)
    rounds = arguments.parse_args().rounds
    print(f"{'server':<11}{'client':<9}{'ended on server':>18}{'prompt':>20}   session")
    with tempfile.TemporaryDirectory() as folder:
        for server, clients in cases(folder):
            for line in measured(server, clients, rounds):
                print(line, flush=True)


if __name__ == "__main__":
    main()
