"""A password that is typed or pasted stands nowhere: not on the screen, in no file, in no list of processes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pymysql

from safesql.target import Target

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

SECRET = "q7Zebra-Quokka"
PASTED = f"\x1b[200~{SECRET}\x1b[201~"


def test_what_is_typed_as_a_password_is_nowhere_to_be_seen(
    at_prompt: AtPrompt, mariadb_target: Target, tmp_path: Path
) -> None:
    name, host, port = f"p{uuid4().hex[:12]}", mariadb_target.host, mariadb_target.port or 3306
    url = f"mariadb://{mariadb_target.user}@{host}:{port}/{mariadb_target.database}"
    with closing(pymysql.connect(host=host, port=port, user=mariadb_target.user)) as admin:
        admin.cursor().execute(f"CREATE USER '{name}'@'%'")
        try:
            with at_prompt("--no-config", "--environment", "development", url, size=(30, 120)) as person:
                person.sees("development")
                person.runs(f"\\password {name}")
                person.sees("new password for")
                person.looks(0.6)
                person.types(SECRET)
                person.looks(0.3)
                person.types("\r")
                person.sees("the same once more:")
                person.looks(0.6)
                person.types(PASTED)
                person.looks(0.3)
                person.types("\r")
                person.sees("is changed")
                arguments = Path(f"/proc/{person.process.pid}/cmdline").read_bytes()
                person.runs("\\q")
                person.leaves()
            with closing(pymysql.connect(host=host, port=port, user=name, password=SECRET)) as there:
                assert there.open
        finally:
            admin.cursor().execute(f"DROP USER '{name}'@'%'")
    for where in (person.painted, arguments, *(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())):
        assert SECRET.encode() not in where
        assert b"Quokka" not in where
    assert "***" not in person.text
