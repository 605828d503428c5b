"""What psql and mysql take from their environment when the command line leaves it open."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from safesql.config.service_file import service
from safesql.config.settings import target_from
from safesql.errors import UsageError
from safesql.slotted import names_of, replace
from safesql.target import Target

SOCKETS = ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock")  # noqa: S108
LONGEST = 1 << 20          # bytes of an option file that are read
DEFAULT_WAIT = Target("").connect_timeout


def with_environment(target: Target, environ: Mapping[str, str]) -> Target:
    """The target with its open parts filled in as psql and mysql do; raises UsageError for variables without sense."""
    match target.backend:
        case "postgres":
            return _postgres_defaults(target, environ)
        case "mysql":
            return _mysql_defaults(target, environ)
        case _:
            return target


def _postgres_defaults(target: Target, environ: Mapping[str, str]) -> Target:
    """PGHOST, PGPORT, PGUSER, PGDATABASE, PGSSLMODE, PGSSLROOTCERT and PGCONNECT_TIMEOUT, as libpq has them.

    PGSSLMODE is heard for servers on this machine and for the one that PGHOST names: set for one server, it is no
    reason to believe another, and no mode is stricter than what far servers are asked for anyway.
    """
    if environ.get("PGHOSTADDR"):
        raise UsageError("PGHOSTADDR would lead the connection elsewhere than the target says; unset it")
    if environ.get("PGSERVICE"):
        target = _of_service(target, service(environ["PGSERVICE"], environ))
    given = {
        "host": "" if target.host or target.socket else environ.get("PGHOST", ""),
        "port": "" if target.port else environ.get("PGPORT", ""),
        "tls": "" if target.tls else environ.get("PGSSLMODE", ""),
        "tls_ca": "" if target.tls_ca else environ.get("PGSSLROOTCERT", ""),
        "connect_timeout": environ.get("PGCONNECT_TIMEOUT", "") if target.connect_timeout == DEFAULT_WAIT else "",
    }
    tls = given.pop("tls")
    target = _filled(target, given)
    target = _filled(target, {"tls": tls if target.near or given["host"] else ""})
    user = target.user or environ.get("PGUSER") or _login(environ)
    return replace(target, user=user, database=target.database or environ.get("PGDATABASE") or user)


def _of_service(target: Target, settings: Mapping[str, str]) -> Target:
    """The target with its open parts from a service, which libpq asks before the other variables."""
    read, bare = target_from("postgres", settings), Target("postgres", dialect="postgres")
    places = ("host", "socket") if target.host or target.socket else ()
    given = {
        name: getattr(read, name)
        for name in names_of(Target)
        if name not in places and getattr(target, name) == getattr(bare, name)
    }
    return replace(target, **given)


def _mysql_defaults(target: Target, environ: Mapping[str, str]) -> Target:
    """Option files, MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_UNIX_PORT and the login name, in the client's own order.

    The local socket where no host is named: https://dev.mysql.com/doc/refman/8.4/en/option-files.html.
    """
    files = _option_files(environ, logins=target.dialect == "mysql")
    placed = bool(target.host or target.socket)
    given = {
        "host": "" if placed else files.get("host") or environ.get("MYSQL_HOST", ""),
        "port": "" if target.port or target.socket else files.get("port") or environ.get("MYSQL_TCP_PORT", ""),
        "tls_ca": "" if target.tls_ca else files.get("ssl-ca", ""),
    }
    port_was_named = target.port is not None
    target = _filled(target, given)
    user = target.user or files.get("user") or _login(environ)
    target = replace(target, user=user, database=target.database or files.get("database", ""))
    if target.socket or port_was_named or target.host not in ("", "localhost"):
        return target
    known = [files.get("socket", ""), environ.get("MYSQL_UNIX_PORT", ""), *SOCKETS]
    return replace(target, socket=next((path for path in known if path and Path(path).exists()), ""))


def _option_files(environ: Mapping[str, str], *, logins: bool) -> dict[str, str]:
    """What the system's option files and one's own say, and last the login file; nothing without a home."""
    if not environ.get("HOME"):
        return {}
    from safesql.config.option_files import SYSTEM, last_of, options_in

    found: dict[str, str] = {}
    for file in (*SYSTEM, Path(environ["HOME"]) / ".my.cnf"):
        found |= last_of(options_in(file, _text_for_clients))
    if logins:
        from safesql.config.login_path import unnamed

        found |= unnamed(environ)
    return found


def _text_for_clients(file: Path) -> str | None:
    """An option file; the clients leave out what everybody may write, and so do we."""
    try:
        if not file.is_file() or file.stat().st_mode & 0o002:
            return None
        return file.read_bytes()[:LONGEST].decode(errors="surrogateescape")
    except OSError:
        return None


def _filled(target: Target, given: Mapping[str, str]) -> Target:
    """The target with settings from the environment, read as strictly as those of a URL."""
    settings = {name: value for name, value in given.items() if value}
    if not settings:
        return target
    try:
        read = target_from(target.dialect or target.backend, settings)
    except UsageError as error:
        raise UsageError(f"{error} (in an environment variable of the client)") from error
    fields = {"socket" if name == "host" and read.socket else name for name in settings}
    return replace(target, **{field: getattr(read, field) for field in fields})


def _login(environ: Mapping[str, str]) -> str:
    """The name of the person at the keyboard."""
    import pwd

    try:
        return environ.get("USER") or pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""
