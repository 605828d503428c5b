"""Break-glass: only what policy lets be unlocked, only for a while, never without an answer, and recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.guard.action import Action
from safesql.guard.policy import Policy

if TYPE_CHECKING:
    from tests.commands.conftest import Desk

ALWAYS = f"2020-01-01..{datetime.now(UTC).year + 2}-01-01"


def _policy(desk: Desk, policy: Policy) -> None:
    session = desk.shell.session
    session.profile = replace(session.profile, policy=policy)



def _ran(desk: Desk) -> bool:
    """Whether the last input went well."""
    return desk.went_well


def test_nothing_is_unlocked_that_policy_does_not_name(desk: Desk) -> None:
    for policy in (Policy(), Policy(unlock=()), Policy(unlock=("truncate",))):
        _policy(desk, policy)
        assert "does not let delete-without-where be unlocked" in desk.types("\\unlock delete-without-where 5m a reason")
        assert "refused" in desk.types("DELETE FROM billing;")


@pytest.mark.parametrize("typed", ["\\unlock delete-without-where 5m", "\\unlock delete-without-where soon why",
                                   "\\unlock delete-without-where 9h why"])  # fmt: skip
def test_a_time_and_a_reason_are_asked_for(desk: Desk, typed: str) -> None:
    _policy(desk, Policy(unlock=("delete-without-where",)))
    desk.types(typed)
    assert not desk.went_well
    assert "refused" in desk.types("DELETE FROM billing;")


def test_what_is_unlocked_is_typed_and_recorded_and_locks_itself(desk: Desk, tmp_path: Path) -> None:
    _policy(desk, Policy(unlock=("delete-without-where", "truncate")))
    assert "can be answered by typing until" in desk.types("\\unlock delete-without-where 5m the import went wrong")
    desk.answers.append("no")
    assert "billing" in desk.types("DELETE FROM billing;")
    assert not _ran(desk)
    log = [json.loads(line) for line in (tmp_path / "state" / "audit.jsonl").read_text().splitlines()]
    (record,) = [line for line in log if line.get("statement", "").startswith("\\unlock")]
    assert record["answer"] == {"by": "tester", "how": "unlock", "reason": "the import went wrong"}
    desk.answers.append("billing 3")
    desk.types("DELETE FROM billing;")
    assert _ran(desk)
    desk.shell.session.unlocked.until["delete-without-where"] = datetime.now(UTC) - timedelta(seconds=1)
    assert "refused" in desk.types("DELETE FROM billing;")


def test_a_freeze_stops_changes_and_lets_reads_pass(desk: Desk) -> None:
    _policy(desk, Policy(freeze=(ALWAYS,), unlock=("change-freeze",)))
    assert "changes are frozen until" in desk.types("UPDATE billing SET note = 'x' WHERE id = 1;")
    assert not _ran(desk)
    desk.types("SELECT 1;")
    assert _ran(desk)
    desk.types("\\unlock change-freeze 5m customers cannot pay")
    desk.answers.append("billing 1")
    desk.types("UPDATE billing SET note = 'x' WHERE id = 1;")
    assert _ran(desk)
    desk.types("\\unlock off")
    assert "refused" in desk.types("UPDATE billing SET note = 'y' WHERE id = 1;")


def test_two_layers_let_be_unlocked_what_both_name() -> None:
    own = Policy(unlock=("truncate", "change-freeze"))
    assert own.over(Policy(unlock=("change-freeze",))).unlock == ("change-freeze",)
    assert own.over(Policy()).unlock == ("truncate", "change-freeze")
    assert Policy().over(own).unlock is None
    assert Policy(unlocked=frozenset({"truncate"})).action("truncate", Action.CONFIRM) is Action.CONFIRM
