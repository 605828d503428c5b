"""A way to the server through another host, by the system's ssh client, with its configuration, keys and known hosts.

https://man.openbsd.org/ssh. The database's name stays what its certificate is verified against.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import IO

from safesql.errors import CannotConnect
from safesql.slotted import dataclass
from safesql.target import Target

PATIENCE = 120.0           # seconds that a person may take for a passphrase
PORTS = {"postgres": 5432, "mysql": 3306}
OPTIONS = (
    "ExitOnForwardFailure=yes", "ServerAliveInterval=15", "ServerAliveCountMax=3", "ControlMaster=no",
    "ControlPath=none", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no",
)  # fmt: skip
LONGEST = 500              # characters of what ssh says


@dataclass(slots=True)
class Tunnel:
    """``port`` on this machine leads to the database until ``close``."""

    port: int
    process: subprocess.Popen[bytes]

    def close(self) -> None:
        """End the ssh client."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
                return
            self.process.kill()
            self.process.wait()


def dug(target: Target, *, asks: bool) -> Tunnel:
    """A tunnel to the target's server; ``asks`` tells whether ssh may ask somebody at the terminal.

    Raises CannotConnect, with what ssh said.
    """
    if shutil.which("ssh") is None:
        raise CannotConnect(f"{target.label} is reached through {target.ssh}, and no ssh client is installed here")
    with tempfile.TemporaryFile() as said:
        for _ in range(3):                     # somebody may take the port before ssh does
            port = _free_port()
            with _deaf():
                process = subprocess.Popen(  # noqa: S603 - words of ours, and names that cannot begin with a hyphen
                    _command(target, port, asks=asks), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
                )
            tunnel = Tunnel(port, process)
            try:
                if _listens(tunnel, PATIENCE if asks else target.connect_timeout):
                    return tunnel
            except BaseException:
                tunnel.close()
                raise
            tunnel.close()
            words = _words(said)
            if "in use" not in words:
                break
    why = words or f"it did not answer in {target.connect_timeout:g} seconds"
    raise CannotConnect(f"cannot connect to {target.label} through {target.ssh}: {why}; try it with: ssh {target.ssh}")


def _command(target: Target, port: int, *, asks: bool) -> list[str]:
    """Nothing secret is among the words; on Linux the client ends with us, however we end."""
    with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    options = [*OPTIONS, *(() if asks else ("BatchMode=yes",))]
    host = target.host or "localhost"
    there = f"[{host}]" if ":" in host else host
    forward = f"127.0.0.1:{port}:{there}:{target.port or PORTS[target.backend]}"
    place = ["-p", str(target.ssh_port)] if target.ssh_port else []
    words = [word for option in options for word in ("-o", option)]
    return [*with_us, "ssh", "-N", "-T", *words, *place, "-L", forward, "--", target.ssh]


def _listens(tunnel: Tunnel, seconds: float) -> bool:
    """Whether the port is taken before ssh ends or the time is over; servers count who connects and says nothing."""
    end = monotonic() + seconds
    while tunnel.process.poll() is None and monotonic() < end:
        if _taken(tunnel.port):
            return True
        sleep(0.02)
    return False


def _taken(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _words(said: IO[bytes]) -> str:
    """The last lines of what ssh said, as one."""
    said.seek(0)
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    return " ".join(lines)[-LONGEST:]


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C is for the statement that runs: the client inherits that it is not to be heard there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
