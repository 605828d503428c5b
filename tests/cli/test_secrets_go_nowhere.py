"""A secret that a statement or a login holds reaches the server and nothing else: no file, no output, no argument list."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pymysql
import pytest

from safesql.target import Target

SECRET = "hushhush"
NAME = "safesql_secret_" + str(os.getpid())
HOLDERS = {
    "postgres": [
        f"CREATE ROLE {NAME} LOGIN PASSWORD '{{}}'",
        f"ALTER ROLE {NAME} WITH ENCRYPTED PASSWORD E'{{}}'",
        f"ALTER USER {NAME} PASSWORD $$ {{}} $$ VALID UNTIL 'no day'",
        f"ALTER ROLE {NAME} PASWORD '{{}}'",
        "CREATE USER MAPPING FOR CURRENT_USER SERVER nowhere OPTIONS (user 'u', password '{}')",
        "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=1 password={}' PUBLICATION p",
        "SELECT dblink_connect('host=nowhere password={}')",
        f"DO $$ BEGIN EXECUTE 'ALTER ROLE {NAME}_none PASSWORD ''{{}}'''; END $$",
        "ALTER SYSTEM SET primary_conninfo = 'host=nowhere password={}'",
        "SELECT length('postgresql://u:{}@nowhere/db'), nothing",
        "SELECT pgp_sym_encrypt('data', '{}')",
        f"DROP ROLE {NAME}",
    ],
    "mysql": [
        f"CREATE USER {NAME} IDENTIFIED BY '{{}}'",
        f'ALTER USER {NAME} IDENTIFIED BY "{{}}"',
        f"SET PASSWORD FOR {NAME} = PASSWORD('{{}}')",
        f"GRANT USAGE ON *.* TO {NAME} IDENTIFIED BY '{{}}'",
        f"GRANT USAG ON *.* TO {NAME} IDENTIFIED BY '{{}}'",
        f"ALTER USER {NAME}_none IDENTIFIED VIA mysql_native_password USING PASSWORD('{{}}')",
        f"ALTER USER {NAME} IDENTIFIED BY '{{}}' '{{}}'",
        "CHANGE MASTER TO MASTER_HOST='nowhere', MASTER_PASSWORD='{}', NOTHING=1",
        "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD '{}', HOST 'h', NOTHING 'x')",
        "SELECT AES_ENCRYPT('x', '{}'), nothing",
        f"PREPARE s FROM 'ALTER USER {NAME}_none IDENTIFIED BY \"{{}}\" \"\"'",
        f"DROP USER {NAME}",
    ],
    "sqlite": ["ATTACH 'x.db' AS x KEY '{}'", "PRAGMA key = '{}'", "SELECT 1 AS password, '{}' nothing here"],
}
"""Statements that hold a secret: some run, some the server refuses, some it quotes when it does."""


@dataclass(frozen=True, slots=True)
class Place:
    """A home of its own with a profile ``here``, and all that was ever printed there."""

    home: Path
    printed: list[str]

    def run(self, *words: str, **environ: str) -> int:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", **environ}
        done = subprocess.run([sys.executable, "-m", "safesql", *words], cwd=self.home, env=env, check=False, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.printed.append(done.stdout)
        return done.returncode

    def profile(self, target: Target, *lines: str) -> None:
        path = self.home / ".config/safesql/config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        scheme = "postgresql" if target.backend == "postgres" else "mariadb"
        url = target.path or f"{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"
        where = f'path = "{url}"' if target.backend == "sqlite" else f'url = "{url}"'
        path.write_text("\n".join(["[profiles.here]", where, 'environment = "development"', *lines]))
        path.chmod(0o600)

    def told(self, *apart: str) -> list[str]:
        """Where the secret can be read; ``apart`` are the names of the files that the user wrote."""
        files = (path for path in self.home.rglob("*") if path.is_file() and path.name not in apart)
        found = [str(path) for path in files if SECRET.encode() in path.read_bytes()]
        return found + [line for text in self.printed for line in text.splitlines() if SECRET in line]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, [])


def test_a_secret_in_a_statement_is_in_no_file_and_on_no_screen(place: Place, target: Target) -> None:
    place.profile(target)
    holders = [text.replace("{}", SECRET) for text in HOLDERS[target.backend]]
    (place.home / "own.sql").write_text("".join(f"{text};\n" for text in holders))
    (place.home / "one.sql").write_text(f"{holders[0]};\n")
    for words in (
        ("-f", "own.sql", "--on-error", "continue", "--events", "own.events"), ("-f", "own.sql", "--dry-run"), ("-f", "own.sql", "-1"),
    ):
        place.run("-p", "here", *words)
    place.run("plan", "one.sql", "-p", "here", "-o", "one.plan")
    place.run("check", "own.sql", "-p", "here")
    for form in ("json", "text", "github", "sarif"):
        place.run("check", "own.sql", "--dialect", target.dialect, "--format", form)
    assert (place.home / "own.events").exists()
    assert (place.home / ".local/state/safesql/audit.jsonl").exists()
    assert sum(len(text) for text in place.printed) > 2000
    assert place.told("own.sql", "one.sql", *(Path(target.path).name,) * bool(target.path)) == []


@pytest.fixture
def locked(mariadb_target: Target) -> Iterator[Target]:
    """MariaDB for a user whose password is the secret."""
    user = f"{NAME}_login"
    port = mariadb_target.port or 3306
    with (
        closing(pymysql.connect(host=mariadb_target.host, port=port, user=mariadb_target.user)) as admin,
        admin.cursor() as cursor,
    ):
        cursor.execute(f"CREATE USER {user}@'%' IDENTIFIED BY '{SECRET}'")
        cursor.execute(f"GRANT ALL ON {mariadb_target.database}.* TO {user}@'%'")
        yield replace(mariadb_target, user=user)
        cursor.execute(f"DROP USER {user}@'%'")


COMMAND = f"password_command = ['{sys.executable}', '-c', 'print(open(\"the.secret\").read())']"
ROADS = {
    "environment": ((), {"MYSQL_PWD": SECRET}, None),
    "command": ((COMMAND,), {}, "the.secret"),
    "option file": ((), {}, ".my.cnf"),
}


@pytest.mark.parametrize("road", ROADS)
def test_the_secret_of_a_login_is_in_no_file_and_no_argument_list(place: Place, locked: Target, road: str) -> None:
    lines, environ, file = ROADS[road]
    place.profile(locked, *lines)
    if file is not None:
        path = place.home / file
        path.write_text(f"[client]\npassword={SECRET}\n" if file == ".my.cnf" else f"{SECRET}\n")
        path.chmod(0o600)
    shown = "SELECT info FROM information_schema.processlist WHERE id = connection_id()"
    assert place.run("-p", "here", "-c", shown, **environ) == 0
    env = {"PATH": os.environ["PATH"], "HOME": str(place.home), "LANG": "C.UTF-8", **environ}
    with subprocess.Popen([sys.executable, "-m", "safesql", "-p", "here", "-c", "SELECT SLEEP(1)"], cwd=place.home, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        seen = 0
        while child.poll() is None:
            place.printed.extend(lists := list(argument_lists()))
            seen += len(lists)
        assert child.stdout is not None
        place.printed.append(child.stdout.read().decode())
    assert seen
    for words in (("config", "show", "here"), ("config", "show", "here", "--origin"), ("config", "explain", "here.policy"), ("config", "check")):
        place.run(*words, **environ)
    place.profile(replace(locked, user="nobody_of_that_name"), *lines)
    assert place.run("-p", "here", "-c", "SELECT 1", **environ) == 8
    assert place.told(*filter(None, [file])) == []


def argument_lists() -> Iterator[str]:
    """Of all processes, as others see them; of what is gone meanwhile nothing."""
    if not Path("/proc/self/cmdline").exists():
        yield from subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, check=True, text=True).stdout.splitlines()
        return
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def test_the_words_of_the_test_itself_are_found_where_they_are(place: Place) -> None:
    (place.home / "left").write_text(f"password {SECRET}")
    place.printed.append(f"shown: {SECRET}\nrest")
    assert place.told() == [str(place.home / "left"), f"shown: {SECRET}"]
    assert place.told("left") == [f"shown: {SECRET}"]


def test_nothing_of_this_is_left_on_the_servers(postgres_server: Target) -> None:
    with suppress(psycopg.Error), psycopg.connect(host=postgres_server.host, port=postgres_server.port, user=postgres_server.user,
                                                  dbname=postgres_server.database) as admin:
        assert admin.execute("SELECT rolname FROM pg_roles WHERE rolname = %s", (NAME,)).fetchall() == []
