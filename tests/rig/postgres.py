"""A throw-away PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .account import account
from .programs import PostgresPrograms
from .server import Home, free_port, stop, wait_for


@contextmanager
def postgres(
    programs: PostgresPrograms, folder: Path, more: Mapping[str, str] | None = None
) -> Iterator[dict[str, str]]:
    """A running server and the variables that tell the tests where; everyone is let in, on loopback only.

    ``more`` are further settings of the server.
    """
    home = Home(folder, account("postgres"))
    home.account.own(folder)
    data, port = folder / "data", free_port()
    words = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    home.run([str(programs.initdb), "-D", str(data), *words])
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "shared_buffers": "32MB",
        "max_connections": "100",
        **(more or {}),
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    process = home.start([str(programs.postgres), "-D", str(data), *options])
    try:
        wait_for(process, lambda: answers(programs, port), home)
        yield {
            "SAFESQL_TEST_POSTGRES": f"postgresql://postgres@127.0.0.1:{port}/postgres",
            "SAFESQL_TEST_POSTGRES_SOCKET": str(folder),
        }
    finally:
        stop(process, signal.SIGINT)


def answers(programs: PostgresPrograms, port: int) -> bool:
    """Whether it takes connections."""
    command = [str(programs.pg_isready), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
