"""A test run from beginning to end: programs, environment, linters, servers, pytest, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from .mariadb import mariadb
from .packages import install
from .postgres import postgres
from .programs import COMPANIONS, find_mariadb, find_postgres
from .trouble import Trouble
from .virtualenv import virtualenv

ROOT = Path(__file__).resolve().parent.parent.parent


def main(words: list[str]) -> int:
    """Run everything; the exit code is 0 when all of it passed. Words are passed to pytest, but for --no-lint."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)      # ignored in a shell's background, and inherited by tests
    lint = "--no-lint" not in words
    try:
        return _run(lint, [word for word in words if word != "--no-lint"])
    except Trouble as trouble:
        print(f"tests/run: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tests/run: interrupted; the servers are stopped", file=sys.stderr)
        return 130


def _leave(number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an exception, so that everything is cleaned up on the way out."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(lint: bool, words: list[str]) -> int:
    """The steps in order; all are run, whichever fail."""
    _have_programs(os.environ)
    programs = virtualenv(ROOT)
    failed = [name for name, command in _linters(programs).items() if lint and _step(command, os.environ)]
    with _servers(os.environ) as variables:
        command = [str(programs / "python"), "-m", "pytest", "-n", "2", *words]
        if _step(command, {**os.environ, **variables}):
            failed.append("pytest")
    if failed:
        print(f"tests/run: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _linters(programs: Path) -> dict[str, list[str]]:
    """What is checked without running anything."""
    return {
        "ruff": [str(programs / "ruff"), "check", "-q", "."],
        "mypy": [str(programs / "mypy"), "--no-error-summary"],
        "lint-imports": [str(programs / "lint-imports")],
    }


def _step(command: list[str], environment: Mapping[str, str]) -> int:
    """Run one step to its end and return its exit code; it does not outlive us."""
    print(f"tests/run: {' '.join([Path(command[0]).name, *command[1:]])}", file=sys.stderr, flush=True)
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def _have_programs(environment: Mapping[str, str]) -> None:
    """Install what is missing before anything else is done."""
    missing = []
    if "SAFESQL_TEST_POSTGRES" not in environment and find_postgres() is None:
        missing.append("postgresql")
    if "SAFESQL_TEST_MARIADB" not in environment and find_mariadb() is None:
        missing.append("mariadb-server")
    if missing:
        install(missing)
    companions = [package for package, names in COMPANIONS.items() if not any(map(shutil.which, names))]
    if companions:
        try:
            install(companions)
        except Trouble as trouble:
            print(f"tests/run: {trouble}", file=sys.stderr, flush=True)      # other shells than bash are left out then


@contextmanager
def _servers(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Servers of our own where the environment names none, in a folder that goes with them."""
    variables: dict[str, str] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        if "SAFESQL_TEST_POSTGRES" not in environment:
            found = find_postgres()
            if found is None:
                raise Trouble("PostgreSQL was installed, and its initdb is still not found")
            variables |= stack.enter_context(postgres(found, folder / "postgres"))
        if "SAFESQL_TEST_MARIADB" not in environment:
            there = find_mariadb()
            if there is None:
                raise Trouble("MariaDB was installed, and its mariadb-install-db is still not found")
            variables |= stack.enter_context(mariadb(there, folder / "mariadb"))
        yield variables


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder with a short name, for the name of a Unix socket has at most 104 bytes."""
    short = Path("/tmp")
    folder = Path(tempfile.mkdtemp(prefix="safesql-", dir=short if os.access(short, os.W_OK) else None))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
