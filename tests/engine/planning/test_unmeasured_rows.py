"""Rows that nobody can count before: the plan says so, what holds them then, and how to have them known."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from safesql.engine.planning.reading import lines_of
from safesql.store.plan.file import read_plan
from tests.engine.planning.conftest import Home

FIRST = "UPDATE orders SET state = 'old' WHERE id = 6;\n"
SECOND = "DELETE FROM orders WHERE state = 'old';\n"
SERVERS = ("postgres", "mariadb", "sqlite")


def plan(home: Home, text: str, *words: str, code: int = 0) -> CompletedProcess[str]:
    home.script(text)
    return home.safesql("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", "--identity", "alice@example.com", *words, code=code)


def shown(home: Home) -> str:
    """What a reviewer sees of it."""
    return "\n".join(lines_of(read_plan(home.plan).plan))


@pytest.mark.parametrize("server", SERVERS)
def test_a_plan_says_what_limits_rows_that_depend_on_statements_before(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    said = plan(home, FIRST + SECOND).stderr
    assert (
        "changes.sql:2: how many rows it touches is known when it runs (changes.sql:1 changes orders before), and all that "
        "holds it then is the policy's limit of 1,000 rows: write -- safesql: expect N rows above it"
    ) in said
    assert ("--trial" in said) is (server != "mariadb")
    assert "changes.sql:1:" not in said
    assert shown(home).count("held to no number of rows by this plan, only to the policy's limits") == 1


@pytest.mark.parametrize("server", ["mariadb"])
def test_a_number_in_the_script_holds_them(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    text = f"{FIRST}-- safesql: expect 6 rows\n{SECOND}"
    assert "how many rows" not in plan(home, text).stderr
    assert [step.get("expected") for step in tomllib.loads(home.plan.read_text())["statement"]] == [None, 6]
    assert "held to exactly 6 rows by its script" in shown(home)
    home.approved()
    home.execute("UPDATE orders SET state = 'old' WHERE id = 9;")
    done = home.safesql("apply", "changes.plan")
    assert "7 rows were touched where 6 were expected; rolled back" in done.stderr, done.stderr
    assert home.count("orders") == 20
    home.execute("UPDATE orders SET state = 'new' WHERE id = 9;")
    home.safesql("apply", "--resume", "changes.plan", code=0)
    assert home.count("orders") == 14


def test_more_than_the_policy_allows_is_refused_where_it_stands(homes: Callable[[str], Home]) -> None:
    home = homes("mariadb")
    home.policy("max_rows = 10\napprovals = 1\n")
    plan(home, FIRST + SECOND)
    home.approved()
    done = home.safesql("apply", "changes.plan", code=4)
    assert "18 rows would be touched, and the policy's limit is 10 (over-max-rows)" in done.stderr
    assert home.count("orders") == 20


@pytest.mark.parametrize("server", ["sqlite"])
def test_a_trial_measures_them_and_compares_what_the_script_expects(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    assert "how many rows" not in plan(home, FIRST + SECOND, "--trial").stderr
    home.plan.unlink()
    done = plan(home, f"{FIRST}-- safesql: expect 5 rows\n{SECOND}", "--trial", code=6)
    assert "changes.sql:3: 6 rows were touched where the script expects 5; everything was rolled back" in done.stderr
    assert not home.plan.exists()
    assert home.count("orders") == 20
