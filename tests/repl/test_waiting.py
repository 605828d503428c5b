"""A transaction that was left alone for long is asked about before the next statement joins it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.config.profile import Profile
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.repl.waiting import LONG, Waiting, patience, spoken
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk, desk_at

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

__all__ = ["desk_at"]

BILLS = "CREATE TABLE bill (id integer PRIMARY KEY);"


@dataclass
class Clock:
    """Goes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["postgres", "mariadb", "sqlite"])
def desk(request: pytest.FixtureRequest, desk_at: MakeDesk, clock: Clock) -> Iterator[Desk]:
    """With a row in an open transaction, ten minutes ago."""
    made = desk_at(request.getfixturevalue(f"{request.param}_target"))
    made.shell.waiting = Waiting(clock)
    for text in (BILLS, "BEGIN;", "INSERT INTO bill VALUES (1);"):
        made.types(text)
        assert made.went_well
    clock.now += 600
    yield made
    made.shell.session.connection.rollback()


def count(desk: Desk) -> str:
    return desk.types("SELECT count(*) AS bills FROM bill;").splitlines()[2].strip()


@pytest.mark.parametrize(
    ("answers", "bills", "state"),
    [
        (["g"], "2", "open"),
        (["what?", "GO"], "2", "open"),
        (["c"], "2", "none"),
        (["r"], "1", "none"),
        (["s"], "1", "open"),
        ([], "1", "open"),
    ],
)
def test_the_answer_decides_where_the_statement_goes(desk: Desk, clock: Clock, answers: list[str], bills: str, state: str) -> None:
    desk.answers += answers
    shown = desk.types("INSERT INTO bill VALUES (2);")
    assert (desk.shell.place().transaction, desk.answers) == (state, [])
    assert ("not run" in shown) is (answers in ([], ["s"]))
    desk.answers.append("g")                    # after "stop" it is as idle as it was
    assert count(desk) == bills


@pytest.mark.parametrize(("end", "bills"), [("COMMIT;", "1"), ("ROLLBACK;", "0")])
def test_what_ends_it_is_not_asked_about(desk: Desk, end: str, bills: str) -> None:
    desk.types(end)
    assert desk.went_well
    assert desk.shell.place().age is None
    assert count(desk) == bills


def test_each_statement_makes_it_fresh_again_and_its_age_goes_on(desk: Desk, clock: Clock) -> None:
    desk.answers.append("g")
    assert count(desk) == "1"
    clock.now += LONG - 1
    assert count(desk) == "1"
    assert desk.shell.place().age == 600 + LONG - 1
    clock.now += LONG
    assert "not run" in desk.types("SELECT 1;")


def test_without_a_transaction_nothing_is_asked(desk: Desk, clock: Clock) -> None:
    desk.types("ROLLBACK;")
    clock.now += 10 * LONG
    assert count(desk) == "0"


TARGET = Target("sqlite", path="x")


@pytest.mark.parametrize(
    ("environment", "said", "seconds"),
    [
        (Environment.PRODUCTION, None, LONG),
        (Environment.STAGING, None, LONG),
        (Environment.DEVELOPMENT, None, float("inf")),
        (Environment.DEVELOPMENT, 60.0, 60.0),
        (Environment.PRODUCTION, 3600.0, 3600.0),
    ],
)
def test_the_profile_says_how_long_or_its_environment(environment: Environment, said: float | None, seconds: float) -> None:
    profile = Profile("p", TARGET, Policy(environment=environment))
    assert patience(replace(profile, ask_after_idle=said)) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (5999, "99 min"), (6000, "1 h"), (86400, "24 h")]
)
def test_times_are_spoken_as_people_do(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


def test_at_a_terminal(at_prompt: AtPrompt, billing: Path, tmp_path: Path) -> None:
    config = tmp_path / "home" / "config" / "safesql" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text(f'[profiles.shop]\npath = "{billing}"\nask_after_idle = "1s"\n')
    config.chmod(0o600)
    with at_prompt("-p", "shop") as person:
        person.sees("shop>")
        person.runs("begin;")
        person.sees("transaction open")
        person.looks(1.3)
        person.runs("select 1 as one;")
        person.sees("and nothing happened in it for 1 s")
        person.looks(0.6)
        person.types("r")
        person.looks(0.2)
        person.types("\r")
        person.sees("ROLLBACK")
        person.sees("1 row")
