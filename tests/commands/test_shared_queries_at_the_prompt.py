r"""``\n`` and its kin where a team shares queries: they run, are judged, can be covered, and stay in their file."""

from __future__ import annotations

from safesql.slotted import replace
from safesql.store.named import Shared
from tests.commands.conftest import Desk

TEAM = {
    "who": Shared("SELECT name FROM customer WHERE id = $1", "team.toml:4"),
    "wipe": Shared("DELETE FROM billing", "team.toml:5"),
}


def test_a_shared_query_runs_and_is_judged_like_any_other(desk: Desk) -> None:
    desk.shell.named = replace(desk.shell.named, shared=TEAM)
    assert "Ada" in desk.types("\\n who 1")
    assert "(team.toml:4)" in desk.types("\\n")
    assert "delete-without-where" in desk.types("\\n wipe")
    assert not desk.went_well
    assert "3" in desk.types("SELECT count(*) FROM billing;")


def test_ones_own_query_stands_before_the_shared_one_until_it_is_forgotten(desk: Desk) -> None:
    desk.shell.named = replace(desk.shell.named, shared=TEAM)
    assert "it stands before the one in team.toml:4" in desk.types("\\ns who SELECT 77")
    assert "77" in desk.types("\\n who")
    assert "(team.toml:4)" not in desk.types("\\n")
    assert "who is the one in team.toml:4 again" in desk.types("\\nd who")
    assert "Bo" in desk.types("\\n who 2")
    assert "who stands in team.toml:4" in desk.types("\\nd who")
    assert not desk.went_well
