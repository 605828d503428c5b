"""Connections of other clients become profiles, without their passwords."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

FILES = {
    ".config/pgcli/config": "[main]\nvi = True\n[alias_dsn]\nprod = postgresql://app:hunter2@db.example.com:5433/billing\n"
    'dev = "postgresql://ann@localhost/shop"\n[colors]\nx = %(y)s\n',
    ".myclirc": "[main]\n[alias_dsn]\nmaria = mysql://root@127.0.0.1:3307/shop\n",
    ".pg_service.conf": "[reports]\nhost=r.example.com\ndbname=reports\npassword=hunter2\n",
    ".my.cnf": '[client]\nuser=root\npassword="hunter2"\nhost=m.example.com\n[client-eu]\nhost=eu.example.com\nport=3310\n',
    ".local/share/DBeaverData/workspace6/General/.dbeaver/data-sources.json": json.dumps({"connections": {
        "pg-1": {"provider": "postgresql", "name": "Billing (prod)", "configuration": {
            "host": "b.example.com", "port": "5432", "database": "billing", "type": "prod"}},
        "lite": {"provider": "sqlite", "name": "prod", "configuration": {"database": "/data/shop.db", "type": "dev"}},
        "ora": {"provider": "oracle", "name": "old", "configuration": {"host": "o"}},
    }}),
}  # fmt: skip


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "safesql", "config", *words]
    return subprocess.run(command, env=environ, cwd=home, text=True, capture_output=True, timeout=60, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_all_clients_give_their_connections_and_no_password(home: Path) -> None:
    done = run(home, "import")
    assert (done.returncode, "hunter2" in done.stdout + done.stderr) == (0, False)
    profiles = tomllib.loads(done.stdout)["profiles"]
    assert profiles == {
        "prod": {"dialect": "postgres", "host": "db.example.com", "port": 5433, "user": "app", "database": "billing",
                 "environment": "production"},
        "dev": {"url": "postgresql://ann@localhost/shop", "environment": "production"},
        "maria": {"url": "mysql://root@127.0.0.1:3307/shop", "environment": "production"},
        "reports": {"dialect": "postgres", "host": "r.example.com", "database": "reports", "environment": "production"},
        "mysql": {"dialect": "mysql", "host": "m.example.com", "user": "root", "environment": "production"},
        "eu": {"dialect": "mysql", "host": "eu.example.com", "port": 3310, "environment": "production"},
        "Billing-prod": {"dialect": "postgres", "host": "b.example.com", "port": 5432, "database": "billing",
                         "environment": "production"},
        "prod-2": {"dialect": "sqlite", "path": "/data/shop.db", "environment": "development"},
    }  # fmt: skip


REAL = """
[main]
multi_line = False
prompt = '\\u@\\h:\\d> '
less_chatty = True
[named queries]
simple = "SELECT 1 % 2"
[alias_dsn]
# example_dsn = postgresql://[user[:password]@][netloc][:port][/dbname]
weak = postgres://app:p%40ss@db.example.com/billing?sslmode=require&application_name=x
string = host=legacy.example.com user=bob password=hunter2 dbname=shop
six = postgresql://u:hunter2@[::1]:5433/d
through = postgresql://u@inner.example.com/d
several = postgresql://u@one,two/d
[alias_dsn.init-commands]
weak = "SET search_path TO other"
[ssh tunnels]
legacy.*com = bob:hunter2@jump.example.com:2222
([ = nonsense
[dsn ssh tunnels]
^through$ = jump
[column_date_formats]
created = "%Y-%m-%d"
"""
MYCLI = """
[alias_dsn]
m = mysql://root:hunter2@db2.example.com:3307/shop?ssl=true&ssl_ca=/etc/ca.pem
s = mysql://root@localhost/shop?socket=/run/mysqld.sock
"""


def test_what_users_of_pgcli_and_mycli_have_in_their_files_is_taken_or_named(tmp_path: Path) -> None:
    (tmp_path / "pgcli").write_text(REAL)
    (tmp_path / "mycli").write_text(MYCLI)
    done = run(tmp_path, "import", "pgcli", "--file", str(tmp_path / "pgcli"))
    assert (done.returncode, "hunter2" in done.stdout + done.stderr) == (0, False)
    profiles = tomllib.loads(done.stdout)["profiles"]
    assert all(profile.pop("environment") == "production" for profile in profiles.values())
    assert profiles == {
        "weak": {"dialect": "postgres", "host": "db.example.com", "user": "app", "database": "billing"},
        "string": {"dialect": "postgres", "host": "legacy.example.com", "user": "bob", "database": "shop",
                   "ssh_host": "bob@jump.example.com", "ssh_port": 2222},
        "six": {"dialect": "postgres", "host": "::1", "port": 5433, "user": "u", "database": "d"},
        "through": {"dialect": "postgres", "host": "inner.example.com", "user": "u", "database": "d", "ssh_host": "jump"},
    }  # fmt: skip
    assert "without tls = require, so that the server has to prove who it is" in done.stdout
    assert "several of " in done.stderr and "is passed over: the URL names several hosts" in done.stderr
    done = run(tmp_path, "import", "mycli", "--file", str(tmp_path / "mycli"))
    assert (done.returncode, "hunter2" in done.stdout + done.stderr) == (0, False)
    profiles = tomllib.loads(done.stdout)["profiles"]
    assert profiles["m"] == {"dialect": "mysql", "host": "db2.example.com", "port": 3307, "user": "root", "database": "shop",
                             "tls_ca": "/etc/ca.pem", "environment": "production"}  # fmt: skip
    assert profiles["s"]["url"] == "mysql://root@localhost/shop?socket=/run/mysqld.sock"


def test_a_tunnel_of_dbeaver_comes_along(tmp_path: Path) -> None:
    handler = {"type": "TUNNEL", "enabled": True, "user": "me", "properties": {"host": "jump", "port": "2022"}}
    place = {"host": "b", "port": "5432", "database": "d", "handlers": {"ssh_tunnel": handler}}
    off = {**place, "handlers": {"ssh_tunnel": {**handler, "enabled": False}}}
    connections = {name: {"provider": "postgresql", "name": name, "configuration": of} for name, of in (("on", place), ("off", off))}
    (tmp_path / "d.json").write_text(json.dumps({"connections": connections}))
    profiles = tomllib.loads(run(tmp_path, "import", "dbeaver", "--file", "d.json").stdout)["profiles"]
    assert (profiles["on"]["ssh_host"], profiles["on"]["ssh_port"]) == ("me@jump", 2022)
    assert "ssh_host" not in profiles["off"]


def test_what_is_written_can_be_used_and_is_not_written_over(home: Path) -> None:
    assert run(home, "import", "pgcli", "--write").returncode == 0
    file = home / ".config/safesql/config.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "profiles.prod.host" in run(home, "show", "prod").stdout
    assert run(home, "import", "pgcli", "--write").returncode == 0
    assert run(home, "names").stdout.split() == ["dev", "dev-2", "prod", "prod-2"]


def test_a_named_file_is_read_and_a_missing_one_is_an_error(home: Path) -> None:
    done = run(home, "import", "psql", "--file", str(home / ".pg_service.conf"))
    assert list(tomllib.loads(done.stdout)["profiles"]) == ["reports"]
    assert run(home, "import", "psql", "--file", "nowhere").returncode == 2
    assert run(home, "import", "--file", "nowhere").returncode == 2
    broken = run(home, "import", "dbeaver", "--file", str(home / ".my.cnf"))
    assert (broken.returncode, "is not a data-sources.json" in broken.stderr) == (2, True)
    (home / ".my.cnf").unlink()
    assert "no connections were found" in run(home, "import", "mysql").stderr


def answered(home: Path, *lines: str) -> tuple[int, str]:
    """``config init`` at a terminal."""
    import pty

    controller, terminal = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "safesql", "config", "init"]
    process = subprocess.Popen(command, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ)
    os.write(controller, "".join(f"{line}\n" for line in lines).encode())
    said = process.communicate(timeout=60)[0].decode()
    os.close(terminal)
    os.close(controller)
    return process.returncode, said


def test_init_asks_and_writes_a_file_that_is_good(tmp_path: Path) -> None:
    assert answered(tmp_path, "", "postgresql://app@db.example.com/billing", "", "vi")[0] == 0
    assert run(tmp_path, "check").stdout == "the configuration is good\n"
    shown = run(tmp_path, "show").stdout
    for line in ('default_profile = "dev"', 'ui.keybindings = "vi"', 'profiles.dev.environment = "production"',
                 "profiles.dev.policy.confirm_rows = 100"):  # fmt: skip
        assert f"{line}\n" in shown
    assert (tmp_path / ".config/safesql/config.toml").stat().st_mode & 0o777 == 0o600
    again = answered(tmp_path, "", "", "", "")
    assert (again[0], "is there already" in again[1]) == (2, True)


@pytest.mark.parametrize("lines", [("p", ""), ("p", "postgresql://u:hunter2@h/d"), ("p", "x.db", "prod"),
                                   ("a/b", "x.db", "", ""), ("p", "x.db", "", "ed")])  # fmt: skip
def test_wrong_answers_leave_no_broken_file(tmp_path: Path, lines: tuple[str, ...]) -> None:
    code, said = answered(tmp_path, *lines)
    assert (code, "Traceback" in said) in ((2, False), (9, False))
    assert run(tmp_path, "check").returncode == 0


def test_init_asks_nobody_in_a_script(tmp_path: Path) -> None:
    done = run(tmp_path, "init")
    assert (done.returncode, "asks at a terminal" in done.stderr) == (2, True)
