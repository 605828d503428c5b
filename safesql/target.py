"""Where a connection goes, as data; no secrets are shown by ``repr`` or ``label``."""

from __future__ import annotations

from safesql.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a session waits for a lock, and that it may sit in a transaction without doing anything."""

    lock: float | None = None
    idle: float | None = None


GUARDED = Limits(lock=10.0, idle=900.0)
"""Nobody waits longer in the queue for a lock, nor holds the locks of a forgotten transaction."""


@dataclass(frozen=True, slots=True)
class Target:
    """One server and database; empty strings mean the driver's own default."""

    backend: str                       # postgres | mysql | sqlite
    host: str = ""
    port: int | None = None
    user: str = ""
    database: str = ""
    socket: str = ""                   # a socket file (MySQL) or folder (PostgreSQL)
    path: str = ""                     # SQLite: a file, or ":memory:"
    password: str | None = field(default=None, repr=False)
    tls: str = ""                      # disable prefer require verify-ca verify-full insecure; "": by host
    tls_ca: str = ""
    connect_timeout: float = 10.0      # seconds
    statement_timeout: float | None = None
    lock_timeout: float | None = None
    idle_in_transaction_timeout: float | None = None
    guarded: bool = False              # limits that nobody set are set as a guarded environment wants them
    read_only: bool = False
    options: tuple[tuple[str, str], ...] = ()   # further settings of libpq, passed on as they are
    ssh: str = ""                      # the host that the way leads through, as ssh takes it: user@host
    ssh_port: int | None = None
    via: int | None = None             # the port on this machine where that way begins
    dialect: str = ""                  # postgres | mysql | mariadb | sqlite, as the URL or profile named it

    @property
    def limits(self) -> Limits:
        """The limits that were asked for, or what a guarded environment sets where nobody asked."""
        default = GUARDED if self.guarded else Limits()
        return Limits(
            default.lock if self.lock_timeout is None else self.lock_timeout,
            default.idle if self.idle_in_transaction_timeout is None else self.idle_in_transaction_timeout,
        )

    @property
    def near(self) -> bool:
        """Whether the bytes stay on this machine: a socket, or a loopback address."""
        from ipaddress import ip_address  # slow to load, and most hosts need it not

        if self.socket or self.host in ("", "localhost"):
            return True
        try:
            return ip_address(self.host.partition("%")[0]).is_loopback
        except ValueError:
            return False

    @property
    def label(self) -> str:
        """How people name it: ``user@host:port/database`` or the path."""
        if self.backend == "sqlite":
            return self.path or ":memory:"
        place = self.socket or self.host or "localhost"
        port = f":{self.port}" if self.port and not self.socket else ""
        who = f"{self.user}@" if self.user else ""
        return f"{who}{place}{port}/{self.database}"
