"""Real servers for tests, and a database of its own for each test; a missing server is a failure, never a skip."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pymysql
import pytest
from hypothesis import HealthCheck, settings
from pymysql.cursors import Cursor

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.target import target_of
from safesql.target import Target
from tests.rig.logs import let_go

SLOW = [HealthCheck.too_slow]                    # a busy machine is no finding
settings.register_profile("steady", derandomize=True, deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.register_profile("random", deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.load_profile("steady")                  # the same cases for everybody; --hypothesis-profile=random looks for new ones

@pytest.fixture(autouse=True)
def logs_let_go() -> Iterator[None]:
    """The audit logs that ``log_of`` opened are closed after each test."""
    yield
    let_go()


BACKENDS = ("postgres", "mariadb", "sqlite")
"""The servers that every backend test runs against; each has a fixture ``<name>_target``."""


def _variable(name: str) -> str:
    """A variable that tests/run sets."""
    if name not in os.environ:
        pytest.fail(f"{name} is not set: run the tests with python3 tests/run", pytrace=False)
    return os.environ[name]


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The superuser's URL of a PostgreSQL that tests may do anything to but stop."""
    return _variable("SAFESQL_TEST_POSTGRES")


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """The superuser's URL of a MariaDB that tests may do anything to but stop."""
    return _variable("SAFESQL_TEST_MARIADB")


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Target:
    """The same as a target, with the database that is always there."""
    return target_of(postgres_url, {})


@pytest.fixture(scope="session")
def mariadb_server(mariadb_url: str) -> Target:
    """The same as a target, with no database."""
    return target_of(mariadb_url, {})


@pytest.fixture
def postgres_target(postgres_server: Target) -> Iterator[Target]:
    """An empty PostgreSQL database that is dropped afterwards, whoever is still connected."""
    name = f"safesql_{uuid4().hex}"
    with psycopg.connect(host=postgres_server.host, port=postgres_server.port, user=postgres_server.user,
                         dbname=postgres_server.database, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        yield replace(postgres_server, database=name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def mariadb_target(mariadb_server: Target) -> Iterator[Target]:
    """An empty MariaDB database that is dropped afterwards, whoever is still connected."""
    name = f"safesql_{uuid4().hex}"
    with closing(_mariadb(mariadb_server)) as admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    yield replace(mariadb_server, database=name)
    with closing(_mariadb(mariadb_server)) as admin, admin.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", [name])
        for (session,) in cursor.fetchall():
            with suppress(pymysql.Error):            # it may have left by itself
                cursor.execute(f"KILL {session}")
        cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture
def sqlite_target(sqlite_path: Path) -> Target:
    """A SQLite file that does not exist yet."""
    return Target("sqlite", path=str(sqlite_path), dialect="sqlite")


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """Where a SQLite database may be made."""
    return tmp_path / "test.db"


@pytest.fixture(params=BACKENDS)
def target(request: pytest.FixtureRequest) -> Target:
    """Each of the servers in turn, with an empty database."""
    return _target_of(request, str(request.param))


@pytest.fixture
def connection(target: Target) -> Iterator[Connection]:
    """A connection to each of the servers in turn, with an empty database."""
    opened = connect(target)
    yield opened
    opened.close()


def _target_of(request: pytest.FixtureRequest, name: str) -> Target:
    """The target of one server."""
    target = request.getfixturevalue(f"{name}_target")
    assert isinstance(target, Target)
    return target


def _mariadb(server: Target) -> pymysql.Connection[Cursor]:
    """A connection of our own."""
    return pymysql.connect(host=server.host, port=server.port or 3306, user=server.user, autocommit=True)
