"""A script that stops half-way on three servers: what it would leave, what it left, and how it goes on to the same end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.transcripts.conftest import Home

Golden = Callable[[str, str], None]
README = Path(__file__).parent.parent.parent / "README.md"
SCRIPT = """CREATE TABLE notes (id int PRIMARY KEY, body varchar(40));
CREATE TEMPORARY TABLE picked (id int);
INSERT INTO picked VALUES (7), (8);
BEGIN;
INSERT INTO notes SELECT id, 'picked' FROM picked;
INSERT INTO notes SELECT id, body FROM drafts;
COMMIT;
"""


def test_a_script_that_stopped_goes_on(server: str, home: Home, golden: Golden) -> None:
    script = home.folder / "notes.sql"
    script.write_text(SCRIPT, "utf-8")
    told = [
        home.shows("notes.sql"),
        home.runs("check", "-p", "shop", "--segments", "notes.sql"),
        home.runs("shop", "-f", "notes.sql"),
        home.runs("shop", "-c", "select count(*) from notes"),
        _changed(home, script),
        home.runs("shop", "-c", "create table drafts (id int, body varchar(40))", "-c", "insert into drafts values (9, 'late')"),
        home.runs("shop", "-f", "notes.sql", "--resume"),
        home.runs("shop", "-c", "select * from notes order by id"),
        home.runs("shop", "-f", "notes.sql", "--resume"),
    ]
    golden(f"{server}-resume", "".join(told))


def _changed(home: Home, script: Path) -> str:
    """Somebody edits the script before going on, and takes that back when it is refused."""
    script.write_text(SCRIPT.replace("(7), (8)", "(7)"), "utf-8")
    told = home.runs("shop", "-f", "notes.sql", "--resume")
    script.write_text(SCRIPT, "utf-8")
    return told


def test_the_readme_tells_the_same_story() -> None:
    golden = (Path(__file__).parent / "golden" / "postgres-resume.transcript").read_text("utf-8")
    readme = README.read_text("utf-8")
    shown = re.findall(r"(?:^    .*\n)+", readme[readme.index("## Going on") :].split("\n## ")[0], re.MULTILINE)
    runs = [part for block in shown for part in re.sub(r"^    ", "", block, flags=re.MULTILINE).split("\n$ ")]
    assert len(runs) >= 3
    assert [run for run in runs if run.removeprefix("$ ").strip() not in golden] == []
