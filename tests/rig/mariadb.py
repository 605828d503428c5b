"""A throw-away MariaDB."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .account import account
from .programs import MariadbPrograms
from .server import Home, free_port, stop, wait_for


@contextmanager
def mariadb(programs: MariadbPrograms, folder: Path, more: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """A running server and the variables that tell the tests where; root has no password, on loopback only.

    ``more`` are further options of the server.
    """
    home = Home(folder, account("mysql"))
    home.account.own(folder)
    data, socket, port = folder / "data", folder / "s", free_port()
    home.account.own(data)
    home.run([
        str(programs.install), "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
        "--skip-test-db",
    ])
    process = home.start([
        str(programs.server), "--no-defaults", f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1",
        f"--socket={socket}", f"--pid-file={folder / 'pid'}", "--innodb-buffer-pool-size=64M",
        "--innodb-flush-log-at-trx-commit=0", "--max-connections=200", "--max-allowed-packet=64M",
        f"--log-bin={data / 'log'}", "--server-id=1", "--log-bin-trust-function-creators=1", *more,
    ])
    try:
        wait_for(process, lambda: _answers(programs, socket), home)
        yield {
            "SAFESQL_TEST_MARIADB": f"mariadb://root@127.0.0.1:{port}/",
            "SAFESQL_TEST_MARIADB_SOCKET": str(socket),
        }
    finally:
        stop(process, signal.SIGTERM)


def _answers(programs: MariadbPrograms, socket: Path) -> bool:
    """Whether it takes connections."""
    command = [str(programs.admin), "--no-defaults", f"--socket={socket}", "-uroot", "ping"]
    return socket.exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0
