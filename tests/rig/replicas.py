"""A primary and its replica on loopback, of each server, and the failover from one to the other."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from .account import account
from .mariadb import mariadb
from .postgres import answers, postgres
from .programs import MariadbPrograms, PostgresPrograms
from .server import PATIENCE, Home, free_port, stop, wait_for
from .trouble import Trouble


@dataclass(slots=True)
class Name:
    """A port that leads to one server now and to the other after a failover, as a name in DNS would."""

    leads_to: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    links: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        """Until it is closed."""
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.leads_to))
                self.links += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()

    def turn(self, port: int) -> None:
        """Every link is cut, and the next one leads to the other server."""
        self.leads_to = port
        links, self.links = self.links, []
        for link in links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()


def _pass_on(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
    with suppress(OSError):
        to.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Pair:
    """URLs of both and of the name that leads to the primary; ``fail_over`` makes the replica the primary."""

    primary: str
    replica: str
    named: str
    fail_over: Callable[[], None]


@contextmanager
def _name(port: int) -> Iterator[Name]:
    name = Name(port)
    threading.Thread(target=name.serve, daemon=True).start()
    try:
        yield name
    finally:
        with suppress(OSError):
            name.listener.shutdown(socket.SHUT_RDWR)
        name.listener.close()
        name.turn(0)


@contextmanager
def postgres_pair(programs: PostgresPrograms, folder: Path) -> Iterator[Pair]:
    """Streaming replication; https://www.postgresql.org/docs/current/warm-standby.html."""
    import psycopg

    with postgres(programs, folder / "primary") as found:
        url = found["SAFESQL_TEST_POSTGRES"]
        port, there = int(urlsplit(url).port or 0), free_port()
        home = Home(folder / "standby", account("postgres"))
        home.account.own(home.folder)
        data = home.folder / "data"
        home.run([str(programs.postgres.with_name("pg_basebackup")), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres",
                  "-D", str(data), "-R", "-X", "stream", "-c", "fast", "--no-sync"])  # fmt: skip
        settings = {"listen_addresses": "127.0.0.1", "port": str(there), "unix_socket_directories": str(home.folder),
                    "fsync": "off", "shared_buffers": "32MB", "max_connections": "100"}  # fmt: skip
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = home.start([str(programs.postgres), "-D", str(data), *words])
        try:
            wait_for(process, lambda: answers(programs, there), home)
            with _name(port) as name:

                def fail_over() -> None:
                    with psycopg.connect(host="127.0.0.1", port=there, user="postgres", dbname="postgres", autocommit=True) as link:
                        link.execute("SELECT pg_promote()")
                    name.turn(there)

                yield Pair(url, url.replace(str(port), str(there)), url.replace(str(port), str(name.port)), fail_over)
        finally:
            stop(process, signal.SIGINT)


@contextmanager
def mariadb_pair(programs: MariadbPrograms, folder: Path) -> Iterator[Pair]:
    """Replication by GTID; https://mariadb.com/kb/en/setting-up-replication/."""
    import pymysql

    with (
        mariadb(programs, folder / "primary", ["--server-id=1"]) as first,
        mariadb(programs, folder / "replica", ["--server-id=2", "--read-only=1"]) as second,
    ):
        urls = first["SAFESQL_TEST_MARIADB"], second["SAFESQL_TEST_MARIADB"]
        port, there = (int(urlsplit(url).port or 0) for url in urls)

        def ask(to: int, *texts: str) -> None:
            with closing(pymysql.connect(host="127.0.0.1", port=to, user="root", autocommit=True)) as link:
                for text in texts:
                    link.cursor().execute(text)

        ask(port, "CREATE USER follower@'%' IDENTIFIED BY 'follows'", "GRANT REPLICATION SLAVE ON *.* TO follower@'%'")
        ask(there, f"CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {port}, MASTER_USER = 'follower', "
                   "MASTER_PASSWORD = 'follows', MASTER_USE_GTID = slave_pos", "START SLAVE")  # fmt: skip
        with _name(port) as name:

            def fail_over() -> None:
                ask(port, "SET GLOBAL read_only = 1")
                ask(there, "STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = 0")
                name.turn(there)

            yield Pair(urls[0], urls[1], urls[0].replace(str(port), str(name.port)), fail_over)


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something that a replica does in its own time; raises Trouble."""
    end = monotonic() + PATIENCE
    while not true():
        if monotonic() > end:
            raise Trouble(f"waited in vain for {what}")
        sleep(0.05)
