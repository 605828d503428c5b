"""A password from the system's store, at the command line and against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from safesql.target import Target
from tests.engine.resume.resume_rig import execute

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def account(mariadb_target: Target) -> Iterator[str]:
    name = f"k{uuid4().hex[:12]}"
    execute(mariadb_target, f"CREATE USER {name}@'%' IDENTIFIED BY 'kept'; GRANT ALL ON {mariadb_target.database}.* TO {name}@'%'")
    yield name
    execute(mariadb_target, f"DROP USER {name}@'%'")


def safesql(folder: Path, target: Target, user: str, service: str, stored: str) -> subprocess.CompletedProcess[str]:
    config = folder / "config.toml"
    config.write_text(f'[profiles.shop]\nurl = "mariadb://{user}@{target.host}:{target.port}/{target.database}"\n'
                      f'environment = "development"\nkeyring = "{service}"\n')  # fmt: skip
    config.chmod(0o600)
    environ = {
        "HOME": str(folder), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "STORED": stored, "STORED_OF": user,
        "PYTHON_KEYRING_BACKEND": "tests.config.keyring_of_a_test.Store",
    }  # fmt: skip
    command = [sys.executable, "-m", "safesql", "--config", str(config), "-p", "shop", "--format", "tsv", "-c", "SELECT 1 AS one"]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def test_the_password_of_the_user_is_taken(mariadb_target: Target, account: str, tmp_path: Path) -> None:
    done = safesql(tmp_path, mariadb_target, account, "billing", "kept")
    assert (done.returncode, done.stdout.split()) == (0, ["one", "1"]), done.stderr


@pytest.mark.parametrize(("service", "stored", "words"), [
    ("other", "kept", "keyring set other"), ("locked", "kept", "it is locked"), ("billing", "wrong-one", "Access denied"),
])  # fmt: skip
def test_what_is_not_there_is_one_sentence(
    mariadb_target: Target, account: str, tmp_path: Path, service: str, stored: str, words: str
) -> None:
    done = safesql(tmp_path, mariadb_target, account, service, stored)
    assert done.returncode == 8
    assert words in done.stderr and "wrong-one" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
