"""A SELECT that would print millions stops after the first rows, and the session goes on as if it had not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.target import Target

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

ENDLESS = {
    "postgres": "select generate_series(1, 2000000000) as n;",
    "mariadb": "select seq from seq_1_to_2000000000;",
}
MORE = "showing the first 1,000 rows of more"
SCHEMES = {"postgres": "postgresql", "mariadb": "mariadb"}
WIDE = (40, 200)
PLAIN = ("--no-pager", "--no-config")


def url(scheme: str, target: Target) -> str:
    return f"{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_in_a_transaction_too_it_is_over_at_once_and_nothing_is_lost(
    at_prompt: AtPrompt, request: pytest.FixtureRequest, kind: str
) -> None:
    target = request.getfixturevalue(f"{kind}_target")
    with at_prompt(*PLAIN, "--environment", "development", url(SCHEMES[kind], target), size=WIDE) as person:
        person.sees("development")
        person.runs("create table kept (a int primary key);")
        person.sees("CREATE TABLE")
        person.runs("begin;")
        person.sees("BEGIN")
        person.runs("insert into kept values (7);")
        person.sees("INSERT")
        started = time.monotonic()
        person.runs(ENDLESS[kind])
        person.sees(MORE)
        person.runs("select a + 70 from kept;")
        person.sees(" 77")
        assert time.monotonic() - started < 15
        person.runs("commit;")
        person.sees("COMMIT")
        person.runs("select a + 700 from kept;")
        person.sees("707")


def test_it_is_a_setting_and_files_get_all(at_prompt: AtPrompt, billing: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[ui]\nrow_limit = 5\n")
    config.chmod(0o600)
    with at_prompt("--no-pager", "--config", str(config), str(billing)) as person:
        person.sees("billing.db>")
        person.runs("select id from billing;")
        person.sees("showing the first 5 rows of more")
        person.runs("\\set row_limit 2431")
        person.sees("row_limit: 2,431 rows")
        person.runs("select id from billing;")
        person.sees("2,431 rows", 2)
        person.runs("\\set row_limit 5")
        person.sees("row_limit: 5 rows")
        person.runs("\\o all.txt")
        person.sees("results go to all.txt")
        person.runs("select id from billing;")
        person.sees("2,431 rows", 3)
        person.runs("\\o")
        person.runs("\\set row_limit many")
        person.sees("row_limit is how many rows of a result are shown at most, or 0 for all")
    assert "2431" in (tmp_path / "home" / "all.txt").read_text()


def test_scripts_and_lists_are_shown_whole(at_prompt: AtPrompt, billing: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "all.sql").write_text("select id from billing;")
    with at_prompt("--no-pager", "--environment", "development", str(billing)) as person:
        person.sees("billing.db>")
        person.runs("\\set row_limit 1")
        person.sees("row_limit: 1 row")
        person.runs("create table other (a int);")
        person.sees("CREATE TABLE")
        person.runs("\\dt")
        person.sees("billing ")
        person.sees("other ")
        person.runs("\\i all.sql")
        person.sees(" 2431")


def test_leaving_the_pager_ends_an_endless_query(at_prompt: AtPrompt, postgres_target: Target) -> None:
    with at_prompt("--no-config", url("postgresql", postgres_target), size=WIDE) as person:
        person.sees("production")
        person.runs("\\set row_limit 0")
        person.sees("row_limit: off")
        person.runs(ENDLESS["postgres"])
        person.sees(" 17")
        started = time.monotonic()
        person.types("q")
        person.sees("the pager was left after")
        person.runs("select 7000 + 77;")
        person.sees("7077")
        assert time.monotonic() - started < 15
