"""A throw-away PgBouncer before a PostgreSQL; https://www.pgbouncer.org/config.html."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from .account import account
from .server import Home, free_port, stop, wait_for


@contextmanager
def pgbouncer(program: Path, folder: Path, url: str, mode: str) -> Iterator[str]:
    """The URL of a running pooler in this mode: session, transaction or statement; it lets everyone in."""
    server = urlsplit(url)
    home = Home(folder, account("postgres"))
    home.account.own(folder)
    port = free_port()
    users, settings = folder / "users", folder / "ini"
    users.write_text(f'"{server.username}" ""\n')
    settings.write_text(
        f"[databases]\n* = host={server.hostname} port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nauth_type = trust\nauth_file = {users}\npool_mode = {mode}\nunix_socket_dir =\n"
        f"default_pool_size = 2\nserver_lifetime = 60\n"
    )
    for path in (users, settings):
        path.chmod(0o644)
    process = home.start([str(program), str(settings)])
    try:
        wait_for(process, lambda: _answers(port), home)
        yield url.replace(f":{server.port}/", f":{port}/")
    finally:
        stop(process, signal.SIGTERM)


def _answers(port: int) -> bool:
    """Whether it takes connections."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
