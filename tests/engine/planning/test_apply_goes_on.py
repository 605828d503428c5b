"""A plan that was applied in part goes on with ``--resume``, if what is left of it is still what was approved."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.engine.planning.conftest import Home

STATEMENTS = (
    "CREATE TABLE done (n int);\n"
    "INSERT INTO done VALUES (1);\n"
    "INSERT INTO items VALUES (1000, 777);\n"
    "UPDATE orders SET state = 'gone' WHERE state = 'old';\n"
)


def gone(home: Home) -> int:
    return sum(row[1] == "gone" for row in home.rows()["orders"])


@pytest.fixture
def stopped(home: Home) -> Home:
    """Two statements stay; the third needs an order that is not there."""
    home.execute("PRAGMA foreign_keys = ON;" if home.target.backend == "sqlite" else "SELECT 1;")
    text = STATEMENTS.replace("777", "NULL") if home.target.backend == "sqlite" else STATEMENTS
    if home.target.backend == "sqlite":
        home.execute("CREATE TRIGGER gate BEFORE INSERT ON items WHEN NEW.order_id IS NULL AND NOT EXISTS "
                     "(SELECT 1 FROM orders WHERE id = 777) BEGIN SELECT RAISE(ABORT, 'closed'); END;")  # fmt: skip
    home.planned(text)
    home.approved()
    done = home.safesql("apply", "changes.plan", code=4)
    assert "the same command with --resume" in done.stderr
    assert home.count("done") == 1
    return home


def test_what_is_left_runs_once_the_cause_is_repaired(stopped: Home) -> None:
    stopped.refused(6, "was applied in part", "--resume goes on")
    stopped.execute("INSERT INTO orders VALUES (777, 'late');")
    done = stopped.safesql("apply", "changes.plan", "--resume", "--events", "events.jsonl", code=0)
    assert "2 statements are done; the script goes on at" in done.stderr
    assert stopped.count("done") == 1
    assert gone(stopped) == 5
    events = [json.loads(line) for line in (stopped.folder / "events.jsonl").read_text().splitlines()]
    assert (events[0]["event"], events[-1]["exit_code"]) == ("run_started", 0)
    stopped.refused(6, "a plan is applied once")
    again = stopped.safesql("apply", "changes.plan", "--resume", code=6)
    assert "a plan is applied once" in again.stderr


def test_the_same_failure_leaves_it_where_it_was(stopped: Home) -> None:
    stopped.safesql("apply", "changes.plan", "--resume", code=4)
    stopped.refused(6, "was applied in part")
    stopped.execute("INSERT INTO orders VALUES (777, 'late');")
    stopped.safesql("apply", "changes.plan", "--resume", code=0)
    assert (stopped.count("done"), gone(stopped)) == (1, 5)


def test_rows_of_what_is_left_are_compared_again(stopped: Home) -> None:
    stopped.execute("INSERT INTO orders VALUES (777, 'old');")
    done = stopped.safesql("apply", "changes.plan", "--resume", code=6)
    assert "where 5 were planned" in done.stderr
    assert gone(stopped) == 0


def test_a_table_that_somebody_altered_since_stops_it(stopped: Home) -> None:
    stopped.execute("INSERT INTO orders VALUES (777, 'late'); ALTER TABLE orders ADD COLUMN note int;")
    done = stopped.safesql("apply", "changes.plan", "--resume", code=6)
    assert "orders was altered since" in done.stderr
    assert gone(stopped) == 0


def test_approvals_are_needed_again(stopped: Home) -> None:
    stopped.execute("INSERT INTO orders VALUES (777, 'late');")
    (stopped.folder / "changes.plan.bob.sig").unlink()
    stopped.safesql("apply", "changes.plan", "--resume", code=3)
    assert gone(stopped) == 0


def test_a_plan_that_was_never_begun_has_nothing_to_resume(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned("DELETE FROM orders WHERE state = 'old';\n")
    home.approved()
    assert "nothing to resume" in home.safesql("apply", "changes.plan", "--resume", code=2).stderr
    assert "--last-done goes with --resume" in home.safesql("apply", "changes.plan", "--last-done", "1", code=2).stderr
    assert home.count("orders") == 20
    home.safesql("apply", "changes.plan", code=0)
