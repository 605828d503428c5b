"""One throw-away server: a process of its own that is waited for and always stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .trouble import Trouble

PATIENCE = 60.0
"""Seconds a server may take to answer or to stop."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a server lives: its folder, its log and the account that owns both."""

    folder: Path
    account: Account

    @property
    def log(self) -> Path:
        """What the server and its set-up say."""
        return self.folder / "log"

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a program as the account, in a session of its own, so that Ctrl-C of a terminal does not reach it."""
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), "LC_ALL": "C", "TZ": "UTC"}
        own = self.account
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=self.folder,
                start_new_session=True, user=own.uid, group=own.gid, extra_groups=None if own.uid is None else [],
            )

    def run(self, command: list[str]) -> None:
        """Run a program of the set-up to its end."""
        process = self.start(command)
        try:
            code = process.wait(PATIENCE)
        except BaseException:
            stop(process, signal.SIGKILL)
            raise
        if code:
            raise Trouble(f"{Path(command[0]).name} failed with {code}:\n{self.tail()}")

    def tail(self) -> str:
        """The end of the log."""
        return self.log.read_text("utf-8", "replace")[-3000:] if self.log.exists() else ""


def wait_for(process: subprocess.Popen[bytes], answers: Callable[[], bool], home: Home) -> None:
    """Return when the server answers; raises Trouble when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Trouble(f"{home.folder.name} did not start:\n{home.tail()}")
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Stop a server and all it started: politely first, then for certain."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
