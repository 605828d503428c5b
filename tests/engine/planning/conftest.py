"""A home with a shop on each server, people with keys, and the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Answer, Clearance, Confirmation
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target
from tests.conftest import _target_of

SHOP = """
CREATE TABLE orders (id int PRIMARY KEY, state varchar(10));
CREATE TABLE items (id int PRIMARY KEY, order_id int, FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
"""
POLICY = "max_rows = 1000\napprovals = 1\n"


@dataclass
class Home:
    """One person's home on one machine; ``target`` is what its profile ``shop`` names."""

    folder: Path
    target: Target

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state"), "LANG": "C.UTF-8"}

    @property
    def plan(self) -> Path:
        return self.folder / "changes.plan"

    def safesql(self, *words: str, code: int | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "safesql", *words]
        done = subprocess.run(command, cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        if code is not None:
            assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    def script(self, text: str) -> Path:
        path = self.folder / "changes.sql"
        path.write_text(text)
        return path

    def planned(self, text: str, *words: str) -> str:
        self.script(text)
        self.safesql("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", "--identity", "alice@example.com", *words, code=0)
        return self.plan.read_text()

    def approved(self, name: str = "bob") -> None:
        signature = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-f", str(self.folder / name), "-n", "safesql-plan"],
            input=self.plan.read_bytes(), capture_output=True, check=True,
        ).stdout  # fmt: skip
        (self.folder / f"changes.plan.{name}.sig").write_bytes(signature)

    def refused(self, code: int, *words: str) -> None:
        """Applying is refused with this code, each of the words, and nothing is changed."""
        before = self.rows()
        done = self.safesql("apply", "changes.plan", code=code)
        assert all(word in done.stderr for word in words), done.stderr
        assert self.rows() == before

    def policy(self, text: str) -> None:
        target = self.target
        if target.backend == "sqlite":
            url = f"sqlite:///{target.path}"
        else:
            url = f"{target.dialect or target.backend}://{target.user}@{target.host}:{target.port}/{target.database}"
        path = self.folder / ".config/safesql/config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'allowed_signers = "{self.folder}/signers"\n[profiles.shop]\nurl = "{url}"\n[profiles.shop.policy]\n{text}')
        path.chmod(0o600)

    def signers(self, *names: str, options: str = "") -> None:
        lines = [f"{name}@example.com {options}{(self.folder / f'{name}.pub').read_text()}" for name in names]
        (self.folder / "signers").write_text("".join(lines))

    def execute(self, text: str) -> None:
        with closing(connect(self.target)) as connection:
            run(connection, text)

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        with closing(connect(self.target)) as connection:
            return {table: run(connection, f"SELECT * FROM {table} ORDER BY 1;") for table in ("orders", "items")}

    def count(self, table: str) -> int:
        with closing(connect(self.target)) as connection:
            return int(str(run(connection, f"SELECT count(*) FROM {table};")[0][0]))


def run(connection: Connection, text: str) -> list[tuple[object, ...]]:
    """Run statements as somebody who may do anything."""
    rows: list[tuple[object, ...]] = []
    for piece in split(text, connection.dialect):
        assert isinstance(piece, Statement)
        verdict = judge(piece, Policy())
        yes = Confirmation(verdict, "test", Answer.TRIAL, rules=verdict.rules)
        result = connection.execute(Clearance(verdict, yes))
        rows = list(result.rows())
        result.summary()
    return rows


@pytest.fixture(params=["postgres", "mariadb", "sqlite"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """A shop of 20 orders, 5 of them old, with two items each, on each of the servers."""
    return shop(_target_of(request, str(request.param)), tmp_path)


@pytest.fixture
def homes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """The same on a server by its name."""
    yield lambda name: shop(_target_of(request, name), tmp_path)


def shop(target: Target, folder: Path) -> Home:
    home = Home(folder, target)
    home.execute(SHOP)
    orders = ", ".join(f"({number}, '{'old' if number <= 5 else 'new'}')" for number in range(1, 21))
    items = ", ".join(f"({number}, {1 + number % 20})" for number in range(40))
    home.execute(f"INSERT INTO orders VALUES {orders}; INSERT INTO items VALUES {items};")
    for name in ("alice", "bob", "carol"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name), "-C", f"{name}@example.com"]
        subprocess.run(command, check=True)
    home.signers("alice", "bob", "carol")
    home.policy(POLICY)
    return home
