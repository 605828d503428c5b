"""pg_service.conf and mylogin.cnf, read as libpq and the mysql client read them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from safesql.config.aes import decrypted
from safesql.config.login_path import text_of
from safesql.config.password import Passwords
from safesql.config.target import target_of
from safesql.errors import UsageError
from safesql.target import Target

SERVICES = """\
# shared
[prod]
host=db.example.com
port=5433
user=app
dbname=billing
application_name=safesql

[local]
host=/run/postgresql
[prod]
host=elsewhere
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / ".pg_service.conf").write_text(SERVICES)
    return {"HOME": str(tmp_path), "USER": "ann", "PGSYSCONFDIR": str(tmp_path / "sys")}


@pytest.mark.parametrize(("text", "variables", "expected"), [
    ("service=prod", {}, ("db.example.com", 5433, "app", "billing")),
    ("service=prod dbname=other user=me", {}, ("db.example.com", 5433, "me", "other")),
    ("postgresql:///?service=prod", {"PGHOST": "h", "PGUSER": "u"}, ("db.example.com", 5433, "app", "billing")),
    ("postgresql://h/d", {"PGSERVICE": "prod"}, ("h", 5433, "app", "d")),
    ("postgresql:///", {"PGSERVICE": "prod", "PGHOST": "h"}, ("db.example.com", 5433, "app", "billing")),
])  # fmt: skip
def test_a_service_fills_what_is_left_open(
    environ: dict[str, str], text: str, variables: dict[str, str], expected: tuple[object, ...]
) -> None:
    target = target_of(text, {**environ, **variables})
    assert (target.host, target.port, target.user, target.database) == expected
    assert ("application_name", "safesql") in target.options


def test_a_service_may_be_a_socket(environ: dict[str, str]) -> None:
    assert target_of("service=local", environ).socket == "/run/postgresql"


@pytest.mark.parametrize(("text", "words"), [
    ("[prod]\nhost", "1?:2|:2"), ("[prod]\nservice=x", "not a setting"), ("[prod]\nldap://h/x", "not a setting"),
    ("[other]\nhost=h", "no service of this name"), ("[prod]\npassword=hunter2", "others can read"),
])  # fmt: skip
def test_a_service_that_cannot_be_used_is_one_sentence(environ: dict[str, str], text: str, words: str) -> None:
    file = Path(environ["HOME"]) / ".pg_service.conf"
    file.write_text(text)
    file.chmod(0o644)
    with pytest.raises(UsageError, match=words) as raised:
        target_of("service=prod", environ)
    assert "hunter2" not in str(raised.value)


def test_psql_goes_where_we_go(environ: dict[str, str], postgres_target: Target) -> None:
    place = postgres_target
    file = Path(environ["HOME"]) / ".pg_service.conf"
    file.write_text(f"[here]\nhost={place.host or place.socket}\nport={place.port}\nuser={place.user}\ndbname={place.database}\n")
    ask = "SELECT current_database(), current_user"
    variables = {"PATH": os.environ["PATH"], **environ, "PGSERVICEFILE": str(file)}
    said = subprocess.run(["psql", "-XAtc", ask, "service=here"], env=variables, capture_output=True, text=True, check=True)
    ours = target_of("service=here", environ)
    assert said.stdout.strip() == f"{ours.database}|{ours.user}"


def test_the_cipher_is_that_of_the_standard() -> None:
    key, plain = bytes(range(16)), bytes(17 * number for number in range(16))      # FIPS 197, appendix C.1
    assert decrypted(bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a"), key) == plain


def _login_file(lines: list[str]) -> bytes:
    """As mysql_config_editor writes it, with openssl's cipher."""
    seed = bytes(range(100, 120))
    key = bytearray(16)
    for number, byte in enumerate(seed):
        key[number % 16] ^= byte
    data = bytes(4) + seed
    for line in lines:
        command = ["openssl", "enc", "-aes-128-ecb", "-K", key.hex()]
        block = subprocess.run(command, input=f"{line}\n".encode(), capture_output=True, check=True).stdout
        data += len(block).to_bytes(4, "little") + block
    return data


LINES = ["[client]", 'user = "root"', "[prod]", 'user = "app"', 'password = "p#w \\"x"', 'host = "db"', "port = 3307"]


def test_a_login_path_is_read_from_the_file_that_hides_it(tmp_path: Path) -> None:
    file = tmp_path / ".mylogin.cnf"
    file.write_bytes(_login_file(LINES))
    file.chmod(0o600)
    environ = {"HOME": str(tmp_path), "USER": "ann"}
    target = target_of("mysql:///shop?login_path=prod", environ)
    assert (target.host, target.port, target.user, target.database) == ("db", 3307, "app", "shop")
    assert target.password == 'p#w "x'
    assert target_of("mysql://h/shop?login-path=prod", environ).host == "h"
    with pytest.raises(UsageError, match="no login path called 'other'"):
        target_of("mysql:///?login_path=other", environ)
    file.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        target_of("mysql:///?login_path=prod", environ)


UNNAMED = ["[client]", 'user = "app"', 'password = "of the path"', 'host = "db"', "[mysql]", "port = 3307"]


def test_mysqls_client_takes_its_own_paths_without_being_told(tmp_path: Path) -> None:
    for name, data in ((".mylogin.cnf", _login_file(UNNAMED)), (".my.cnf", b"[client]\npassword=of-mycnf\nport=1\n")):
        (tmp_path / name).write_bytes(data)
        (tmp_path / name).chmod(0o600)
    environ = {"HOME": str(tmp_path), "USER": "ann"}
    warned: list[str] = []
    passwords = Passwords(environ, warned.append)
    mysql, mariadb = target_of("mysql:///shop", environ), target_of("mariadb://app@db/shop", environ)
    assert (mysql.host, mysql.port, mysql.user) == ("db", 3307, "app")
    assert passwords.given(mysql).password == "of the path"
    assert passwords.given(mariadb).password == "of-mycnf"
    assert passwords.given(target_of("mysql://app@other/shop", environ)).password == "of-mycnf"
    (tmp_path / ".mylogin.cnf").chmod(0o644)
    assert passwords.given(mysql).password == "of-mycnf"
    assert not warned


@pytest.mark.parametrize("cut", [0, 10, 26, 30, -1])
def test_a_damaged_login_file_is_one_sentence(cut: int) -> None:
    with pytest.raises(UsageError, match="login file"):
        text_of(_login_file(LINES)[:cut], "f")
