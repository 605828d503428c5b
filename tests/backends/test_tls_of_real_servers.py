"""Real servers whose certificates are right, for another name, of another authority, or too old: who is let through."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pymysql
import pytest

from safesql.backends import connect
from safesql.backends.trust import insecure
from safesql.config.target import target_of
from safesql.errors import CannotConnect
from safesql.target import Target
from tests.rig.account import account
from tests.rig.certificates import KINDS, NAME, Certificates, certificates
from tests.rig.mariadb import mariadb
from tests.rig.postgres import postgres
from tests.rig.programs import find_mariadb, find_postgres

SAID = {
    "wrong name": "the name that the certificate was made for",
    "wrong authority": "name that with tls_ca",
    "expired": "new certificate|has expired",
}
PASSES = {
    "verify-full": {"right"},
    "": {"right"},                                         # what far servers are asked for
    "verify-ca": {"right", "wrong name"},
    "require": {"right", "wrong name"},                    # since an authority is named
    "insecure": set(KINDS),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A server on its own; ``reload`` makes it show another certificate."""

    target: Target
    papers: Certificates
    reload: Callable[[], None]

    def show(self, kind: str) -> None:
        """From the next connection on."""
        self.papers.show(kind)
        self.reload()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """With a short name, for sockets; other accounts may pass through it."""
    made = Path(tempfile.mkdtemp(prefix="safesql-tls-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module", params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest, folder: Path) -> Iterator[Shown]:
    """One of each kind."""
    with ExitStack() as stack:
        yield (_postgres if request.param == "postgres" else _mariadb)(folder, stack)


def _postgres(folder: Path, stack: ExitStack) -> Shown:
    programs = find_postgres()
    assert programs is not None
    papers = certificates(folder / "pg-papers", account("postgres"))
    settings = {"ssl": "on", "ssl_cert_file": str(papers.server), "ssl_key_file": str(papers.key)}
    found = stack.enter_context(postgres(programs, folder / "pg", settings))
    near = target_of(found["SAFESQL_TEST_POSTGRES"], {})

    def reload() -> None:
        with psycopg.connect(host=near.host, port=near.port, user=near.user, dbname=near.database,
                             sslmode="disable", autocommit=True) as admin:  # fmt: skip
            before = admin.execute("SELECT pg_conf_load_time()").fetchone()
            admin.execute("SELECT pg_reload_conf()")
            while admin.execute("SELECT pg_conf_load_time()").fetchone() == before:
                admin.execute("SELECT pg_sleep(0.01)")

    return Shown(replace(near, host=NAME), papers, reload)


def _mariadb(folder: Path, stack: ExitStack) -> Shown:
    programs = find_mariadb()
    assert programs is not None
    papers = certificates(folder / "my-papers", account("mysql"))
    options = [f"--ssl-cert={papers.server}", f"--ssl-key={papers.key}", f"--ssl-ca={papers.ca}"]
    found = stack.enter_context(mariadb(programs, folder / "my", options))
    near = target_of(found["SAFESQL_TEST_MARIADB"], {})

    def reload() -> None:
        with closing(pymysql.connect(host=near.host, port=near.port or 0, user=near.user, ssl_disabled=True)) as admin:
            admin.cursor().execute("FLUSH SSL")

    return Shown(replace(near, host=NAME, database="mysql"), papers, reload)


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_let_through(server: Shown, kind: str) -> None:
    server.show(kind)
    for mode, passes in PASSES.items():
        target = replace(server.target, tls=mode, tls_ca="" if mode == "insecure" else str(server.papers.ca))
        if kind not in passes:
            with pytest.raises(CannotConnect, match=SAID[kind]):
                connect(target)
            continue
        with closing(connect(target)) as link:
            assert link.server.encrypted, mode
            assert insecure(target, encrypted=True) is (mode == "insecure")


def test_without_an_authority_only_what_asks_for_none_gets_through(server: Shown) -> None:
    server.show("right")
    for mode in ("", "verify-full", "verify-ca"):
        with pytest.raises(CannotConnect, match="tls_ca"):
            connect(replace(server.target, tls=mode))
    for mode in ("require", "insecure"):
        with closing(connect(replace(server.target, tls=mode))) as link:
            assert link.server.encrypted
            assert insecure(replace(server.target, tls=mode), encrypted=True)
