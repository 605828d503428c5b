"""Trials: what a plan really touches, with nothing left behind; and what cannot be tried."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.planning.conftest import Home

MOVES = "UPDATE orders SET state = 'old' WHERE id = 6;\nDELETE FROM orders WHERE state = 'old';\n"
CANNOT = {
    "BEGIN; DELETE FROM items; COMMIT;": "does not stay within one transaction",
    "VACUUM;": "VACUUM does not stay within one transaction",
    "CREATE DATABASE p_never;": "CREATE DATABASE does not stay within one transaction",
    "CREATE INDEX CONCURRENTLY i ON orders (state);": "does not stay within one transaction",
    "COPY orders TO PROGRAM 'cat';": "is not rolled back",
    "ALTER SYSTEM SET work_mem = '4MB';": "does not stay within one transaction",
    "SELECT setval('s', 5);": "what setval does is not rolled back",
    "SELECT dblink_exec('x', 'DELETE FROM t');": "what dblink_exec does is not rolled back",
    "SELECT nobody_knows_me(1);": "",
}


def tried(home: Home, text: str, *words: str) -> dict[str, Any]:
    """A plan with a trial; nothing is changed by it."""
    before = home.rows()
    plan = tomllib.loads(home.planned(text, "--trial", *words))
    assert home.rows() == before
    assert plan["trial"] is True
    return plan


@pytest.mark.parametrize("server", ["postgres", "sqlite"])
def test_what_depends_on_statements_before_is_measured(homes: Callable[[str], Home], server: str) -> None:
    plan = tried(homes(server), MOVES)
    assert [step["affected"] for step in plan["statement"]] == [1, 6]
    assert sum(rows["rows"] for rows in plan["statement"][1]["tried"]) == 18
    assert "before" in plan["statement"][1]["rows"][0]["reason"]


@pytest.mark.parametrize("server", ["postgres", "sqlite"])
def test_rows_that_drifted_are_rolled_back(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    tried(home, MOVES, "-1")
    home.approved()
    home.execute("UPDATE orders SET state = 'old' WHERE id = 7;")
    home.refused(6, "7 rows were touched where at most 6 were planned; rolled back")
    home.execute("UPDATE orders SET state = 'new' WHERE id IN (1, 7);")
    home.refused(6, "5 rows were touched where at least 6 were planned; rolled back")
    home.execute("UPDATE orders SET state = 'old' WHERE id = 1;")
    home.safesql("apply", "changes.plan", code=0)
    assert home.count("orders") == 14


@pytest.mark.parametrize("server", ["postgres", "sqlite"])
def test_rows_behind_foreign_keys_count_as_well(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    tried(home, MOVES, "-1")
    home.approved()
    home.execute("INSERT INTO items VALUES (100, 1);")
    home.refused(6, "with foreign keys and triggers 19 rows were touched", "where at most 18 were planned")


def test_limits_of_the_policy_are_found_by_a_trial(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.policy("max_rows = 10\napprovals = 1\n")
    plan = tried(home, MOVES)
    assert [found["rule"] for found in plan["statement"][1]["found"]] == ["over-max-rows"]
    home.approved()
    home.safesql("apply", "changes.plan", code=0)
    assert home.count("orders") == 14


def test_a_trial_that_fails_makes_no_plan(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.script("DELETE FROM items;\nINSERT INTO orders VALUES (1, 'twice');\n")
    done = home.safesql("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", "--trial", code=1)
    assert "changes.sql:2: duplicate key" in done.stderr
    assert not home.plan.exists()
    assert home.count("items") == 40


def test_a_constraint_that_is_put_off_is_looked_at(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.execute("CREATE TABLE d (id int REFERENCES orders DEFERRABLE INITIALLY DEFERRED);")
    home.script("INSERT INTO d VALUES (99);\n")
    done = home.safesql("plan", "changes.sql", "-p", "shop", "--trial", code=1)
    assert "COMMIT would fail" in done.stderr


def test_a_lock_that_somebody_holds_ends_a_trial(homes: Callable[[str], Home]) -> None:
    import psycopg

    home = homes("postgres")
    home.script("UPDATE orders SET state = 'x' WHERE id = 1;\n")
    with psycopg.connect(host=home.target.host, port=home.target.port, user=home.target.user, dbname=home.target.database) as other:
        other.execute("LOCK TABLE orders IN SHARE MODE")
        done = home.safesql("plan", "changes.sql", "-p", "shop", "--trial", code=1)
    assert "lock timeout" in done.stderr


@pytest.mark.parametrize("text", CANNOT)
def test_what_cannot_be_rolled_back_is_not_tried(homes: Callable[[str], Home], text: str) -> None:
    home = homes("postgres")
    home.script(f"{text}\n")
    before = home.rows()
    done = home.safesql("plan", "changes.sql", "-p", "shop", "--trial")
    assert done.returncode in (1, 3), done.stderr
    assert CANNOT[text] in done.stderr, done.stderr
    assert home.rows() == before


def test_mariadb_is_not_tried_at_all(homes: Callable[[str], Home]) -> None:
    home = homes("mariadb")
    home.script(MOVES)
    done = home.safesql("plan", "changes.sql", "-p", "shop", "--trial", code=3)
    assert "commits definitions by itself" in done.stderr


def test_a_trial_is_in_the_audit_log_as_one(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    tried(home, "DELETE FROM items;\n")
    log = (home.folder / "state/safesql/audit.jsonl").read_text()
    assert '"how": "trial", "reason": "trial of a plan: rolled back, whatever it did"' in log
