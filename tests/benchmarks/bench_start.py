"""Start-up beside other clients: until the first prompt is on the screen, for ``select 1``, for ``--version``.

Run it: python tests/benchmarks/bench_start.py [--runs N] [--peers]

SAFESQL_TEST_POSTGRES and SAFESQL_TEST_MARIADB name servers, as for the tests; without them only SQLite is measured.
--peers installs pgcli and mycli into a temporary environment. Programs take turns, so that a busy moment hits all.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import pexpect

from safesql.config.target import target_of
from safesql.target import Target

Words = tuple[str, ...]
ESCAPES = re.compile(rb"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][0-9A-B]|[=>])")
OUR_PROMPT = r"production\s+\S+>"
WORK = ("first prompt", "select 1", "--version")


@dataclass(frozen=True, slots=True)
class Client:
    """How one program is started; ``prompt`` is a regular expression for its first prompt."""

    name: str
    server: str
    shell: Words
    prompt: str
    once: Words
    version: Words


def sqlite_clients(ours: Words, folder: Path) -> Iterator[Client]:
    """safesql and sqlite3 on a file."""
    path = str(folder / "test.db")
    yield Client("safesql", "sqlite", (*ours, path), OUR_PROMPT, (*ours, path, "-c", "select 1"), (*ours, "--version"))
    if found := shutil.which("sqlite3"):
        yield Client("sqlite3", "sqlite", (found, path), "sqlite> ", (found, path, "select 1"), (found, "--version"))


def postgres_clients(ours: Words, url: str, peers: Path | None) -> Iterator[Client]:
    """safesql, psql and pgcli on a PostgreSQL."""
    yield Client("safesql", "postgres", (*ours, url), OUR_PROMPT, (*ours, url, "-c", "select 1"), (*ours, "--version"))
    if found := _psql():
        psql = (found, "-X", url)
        yield Client("psql", "postgres", psql, r"[=-][#>] ", (*psql, "-c", "select 1"), (found, "--version"))
    if peers:
        pgcli = (str(peers / "pgcli"), url)
        yield Client("pgcli", "postgres", pgcli, r":\w+>", (*pgcli, "-c", "select 1"), (pgcli[0], "--version"))


def _psql() -> str | None:
    """The program itself, where Debian puts a script in front of it that takes longer than psql does."""
    found = shutil.which("psql")
    behind = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"), key=lambda path: float(path.parts[4]))
    return str(behind[-1]) if found and behind and Path(found).resolve().name == "pg_wrapper" else found


def mariadb_clients(ours: Words, url: str, peers: Path | None) -> Iterator[Client]:
    """safesql, mariadb and mycli on a MariaDB."""
    target = target_of(url, {})
    yield Client("safesql", "mariadb", (*ours, url), OUR_PROMPT, (*ours, url, "-c", "select 1"), (*ours, "--version"))
    if found := shutil.which("mariadb"):
        mariadb = (found, "--no-defaults", *_options(target))
        yield Client("mariadb", "mariadb", mariadb, r"\]> ", (*mariadb, "-e", "select 1"), (found, "--version"))
    if peers:
        mycli = (str(peers / "mycli"), *_options(target))
        yield Client("mycli", "mariadb", mycli, r"\)>", (*mycli, "-e", "select 1"), (mycli[0], "--version"))


def _options(target: Target) -> Words:
    """A server as mysql-like clients take it."""
    return "-h", target.host, "-P", str(target.port or 3306), "-u", target.user


def until_prompt(words: Words, prompt: str, environ: Mapping[str, str]) -> float:
    """Seconds from the start until the prompt was painted; a question for the cursor's place is answered at once."""
    expected, painted = re.compile(prompt.encode()), b""
    started = perf_counter()
    process: pexpect.spawn[bytes] = pexpect.spawn(words[0], list(words[1:]), env=dict(environ), dimensions=(24, 80))
    process.delaybeforesend = None
    try:
        while not expected.search(ESCAPES.sub(b"", painted)):
            fresh = process.read_nonblocking(65536, timeout=30)
            if b"\x1b[6n" in fresh:
                process.send("\x1b[1;1R")
            painted += fresh
        return perf_counter() - started
    except (pexpect.TIMEOUT, pexpect.EOF):
        raise SystemExit(f"bench_start.py: {words[0]} showed no prompt but {painted!r}") from None
    finally:
        process.close(force=True)


def until_end(words: Words, environ: Mapping[str, str]) -> float:
    """Seconds of a whole run, which must go well."""
    started = perf_counter()
    subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - started


def measured(clients: list[Client], runs: int, environ: Mapping[str, str]) -> dict[tuple[str, str, str], float]:
    """Median milliseconds by server, program and work, after one run that warms the file cache."""
    works: dict[tuple[str, str, str], Callable[[], float]] = {
        ("", "python -c pass", "--version"): lambda: until_end((sys.executable, "-c", "pass"), environ)
    }
    for one in clients:
        works |= {
            (one.server, one.name, WORK[0]): lambda one=one: until_prompt(one.shell, one.prompt, environ),  # type: ignore[misc]
            (one.server, one.name, WORK[1]): lambda one=one: until_end(one.once, environ),  # type: ignore[misc]
            (one.server, one.name, WORK[2]): lambda one=one: until_end(one.version, environ),  # type: ignore[misc]
        }
    seconds: dict[tuple[str, str, str], list[float]] = {key: [] for key in works}
    for number in range(runs + 1):
        for key, work in works.items():
            took = work()
            if number:
                seconds[key].append(took)
    return {key: 1000 * median(values) for key, values in seconds.items()}


def printed(figures: Mapping[tuple[str, str, str], float]) -> None:
    """A line for each program: milliseconds, and how much of them safesql takes on the same server."""
    python = figures["", "python -c pass", "--version"]
    print(f"python -c pass takes {python:.0f} ms; in brackets: the time of safesql as a share of the other's\n")
    print(f"{'server':<10}{'program':<10}" + "".join(f"{work:>22}" for work in WORK))
    for server, name in dict.fromkeys((key[0], key[1]) for key in figures if key[0]):
        cells = []
        for work in WORK:
            ours, other = figures[server, "safesql", work], figures[server, name, work]
            share = "" if name == "safesql" else f" ({ours / other:.2f} {'won' if ours < other else 'lost'})"
            cells.append(f"{f'{other:.0f} ms{share}':>22}")
        print(f"{server:<10}{name:<10}" + "".join(cells))
    print(f"\nsafesql --version: {figures['sqlite', 'safesql', '--version'] / python:.1f} times python -c pass")


@contextmanager
def installed_peers(wanted: bool) -> Iterator[Path | None]:
    """The folder of pgcli's and mycli's programs, in an environment that goes away again; None when not wanted."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        programs = Path(folder) / "bin"
        subprocess.run([str(programs / "pip"), "install", "-qq", "pgcli", "mycli"], check=True)
        yield programs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--peers", action="store_true", help="install pgcli and mycli into a temporary environment")
    chosen = parser.parse_args()
    script = shutil.which("safesql", path=str(Path(sys.executable).parent))
    ours: Words = (script,) if script else (sys.executable, "-m", "safesql")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peers = stack.enter_context(installed_peers(chosen.peers))
        environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8",
                   "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        clients = list(sqlite_clients(ours, folder))
        if url := os.environ.get("SAFESQL_TEST_POSTGRES"):
            clients += postgres_clients(ours, url, peers)
        if url := os.environ.get("SAFESQL_TEST_MARIADB"):
            clients += mariadb_clients(ours, url, peers)
        printed(measured(clients, chosen.runs, environ))


if __name__ == "__main__":
    main()
