"""PostgreSQL's own regression suite, in the order of its schedule, through psql and a recording proxy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from safesql.config.target import target_of
from tests.rig.account import account
from tests.rig.postgres import postgres
from tests.rig.programs import find_postgres
from tests.rig.trouble import Trouble
from tests.suites.exchange import Counted
from tests.suites.follow import compared
from tests.suites.postgres_proxy import Proxy

DATABASE = "regression"
PATIENCE = 120             # seconds for one script


def scripts(regress: Path) -> list[str]:
    """The names of the schedule in its order; those before their tables are set up would test little."""
    schedule = (regress / "parallel_schedule").read_text("utf-8")
    return [name for line in re.findall(r"^test:(.*)$", schedule, re.MULTILINE) for name in line.split()]


def compare(regress: Path, folder: Path, only: str) -> Iterator[Counted]:
    """Each script that is there; all are run, for they build on each other, and those named are compared."""
    programs, client = find_postgres(), shutil.which("psql")
    if programs is None or client is None:
        raise Trouble("PostgreSQL's server and psql are needed; type: apt-get install postgresql")
    _readable(regress)
    with postgres(programs, folder / "postgres") as variables:
        target = target_of(variables["SAFESQL_TEST_POSTGRES"], {})
        proxy = Proxy((target.host, target.port or 5432))
        environment = _environment(regress, proxy.port)
        os.environ.update({name: value for name, value in environment.items() if name.startswith("PG_")})
        subprocess.run([client, "-XqAt", "-c", f"CREATE DATABASE {DATABASE} TEMPLATE template0", "postgres"],
                       env=environment, check=True, stdin=subprocess.DEVNULL)
        _settings(client, environment)
        known: dict[str, str | None] = {"DBNAME": DATABASE, "USER": target.user, "HOST": "127.0.0.1", "PORT": str(proxy.port),
                                        "ENCODING": "UTF8", **_versions(client, environment)}
        try:
            for name in scripts(regress):
                path = regress / "sql" / f"{name}.sql"
                if path.exists():
                    yield from _script(path, client, environment, proxy, (only, known))
        finally:
            proxy.close()


def _script(
    path: Path, client: str, environment: dict[str, str], proxy: Proxy, rest: tuple[str, dict[str, str | None]]
) -> Iterator[Counted]:
    """One script: run, then compared."""
    only, known = rest
    proxy.exchanges.clear()
    try:
        subprocess.run([client, "-X", "-q", "-d", DATABASE, "-f", str(path)], env=environment, cwd=path.parent.parent,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE,
                       check=False)
    except subprocess.TimeoutExpired:
        yield Counted(path.name, unread=f"psql did not end within {PATIENCE} s")
        return
    if only in path.name:
        yield compared(path, path.name, list(proxy.exchanges), known)


def _environment(regress: Path, port: int) -> dict[str, str]:
    """What pg_regress tells the scripts."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(regress), "LC_ALL": "C.UTF-8", "PGHOST": "127.0.0.1",
            "PGPORT": str(port), "PGUSER": "postgres", "PGSSLMODE": "disable", "PGGSSENCMODE": "disable",
            "PGCLIENTENCODING": "UTF8", "PGTZ": "PST8PDT", "PGDATESTYLE": "Postgres, MDY", "EDITOR": "true", "PAGER": "cat",
            "PG_ABS_SRCDIR": str(regress), "PG_ABS_BUILDDIR": str(regress), "PG_LIBDIR": str(regress), "PG_DLSUFFIX": ".so"}


def _settings(client: str, environment: dict[str, str]) -> None:
    """As pg_regress sets them; a statement of a script that would run for very long is stopped."""
    for setting in ("lc_messages TO 'C'", "timezone_abbreviations TO 'Default'", "statement_timeout TO '20s'"):
        subprocess.run([client, "-XqAt", "-c", f"ALTER DATABASE {DATABASE} SET {setting}", "postgres"], env=environment,
                       check=True, stdin=subprocess.DEVNULL)


def _versions(client: str, environment: dict[str, str]) -> dict[str, str]:
    """What psql knows of the versions, as it says it."""
    words = "\\echo :SERVER_VERSION_NUM :SERVER_VERSION_NAME :VERSION_NUM\n"
    said = subprocess.run([client, "-XqAt", "-d", DATABASE, "-f", "-"], input=words, env=environment, check=True, text=True,
                          capture_output=True).stdout.split()
    return {"SERVER_VERSION_NUM": said[0], "SERVER_VERSION_NAME": said[1], "VERSION_NUM": said[-1]}


def _readable(regress: Path) -> None:
    """The server reads data files and writes results of its own, under its own account."""
    owner = account("postgres")
    for name in ("results", "testtablespace"):
        (regress / name).mkdir(exist_ok=True)
    for path in (regress, *regress.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        if owner.uid is not None and owner.gid is not None:
            os.chown(path, owner.uid, owner.gid)
