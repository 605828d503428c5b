"""Another server behind the name of the one that was planned for: named, and nothing is sent to either."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from safesql.target import Target
from tests.engine.planning.conftest import Home, shop
from tests.engine.resume.resume_rig import execute
from tests.rig.mariadb import mariadb
from tests.rig.postgres import postgres
from tests.rig.programs import find_mariadb, find_postgres


@pytest.fixture(params=["postgres", "mariadb"])
def another(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """A server of a kind that was made a moment ago, and its port."""
    folder = Path(tempfile.mkdtemp(prefix="safesql-other-", dir="/tmp"))
    folder.chmod(0o711)
    programs, others = find_postgres(), find_mariadb()
    assert programs is not None and others is not None
    try:
        with postgres(programs, folder / "server") if request.param == "postgres" else mariadb(others, folder / "server") as found:
            yield str(request.param), int(urlsplit(next(iter(found.values()))).port or 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def twin(home: Home, port: int) -> Target:
    """The same database with the same rows on the server at a port."""
    there = replace(home.target, port=port, host="127.0.0.1")
    execute(replace(there, database="postgres" if there.backend == "postgres" else ""), f"CREATE DATABASE {there.database}")
    (home.folder / "other").mkdir()
    shop(there, home.folder / "other")
    return there


def test_a_plan_is_for_the_server_it_was_made_for(another: tuple[str, int], homes: Callable[[str], Home]) -> None:
    server, port = another
    home = homes(server)
    home.planned("DELETE FROM orders WHERE state = 'old';\n")
    home.approved()
    there = twin(home, port)
    config = home.folder / ".config/safesql/config.toml"
    config.write_text(re.sub(r"@[^/]*/", f"@127.0.0.1:{port}/", config.read_text()))
    home.refused(6, "this is another server: planned for ", "nothing was sent")
    assert len(execute(there, "SELECT * FROM orders")) == 20
