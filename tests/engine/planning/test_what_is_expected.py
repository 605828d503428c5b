"""Tolerances, and the differences that only another server makes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.engine.planning.comparing import differences
from safesql.engine.planning.expected import Tolerance, altogether, own
from safesql.errors import UsageError
from safesql.store.plan.plan import Found, Place, Plan, Rows, Step

PLACE = Place("prod", "app@db/shop", "production", "PostgreSQL 15.18", "7300", "shop", "16384", "00000001", "app", "postgres")
STEP = Step(1, "a.sql:1", ("DELETE FROM t",), "ab", "block", changes=True, found=(Found("truncate", "type", "all"),),
            rows=(Rows("t", 10), Rows("u", 20, cascade=True), Rows("t", 3, among=True)))  # fmt: skip
PLAN = Plan("alice", "al", "", "", PLACE, steps=(STEP,))


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 100))
def test_a_tolerance_has_room_on_both_sides(rows: int, more: int, percent: int) -> None:
    for tolerance in (Tolerance.of(str(more)), Tolerance.of(f"{percent}%")):
        least, most = tolerance.around(rows)
        assert 0 <= least <= rows <= most
        assert most - rows >= rows - least


@pytest.mark.parametrize("text", ["", "%", "-1", "1.5", "101%", "-5%", "five", "5 rows", "nan%", "inf%", "1e1%x", "\u0665"])
def test_what_is_no_tolerance_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="such as 5%"):
        Tolerance.of(text)


def test_rows_that_were_tried_say_more_than_rows_that_were_counted() -> None:
    assert (own(STEP, PLAN), altogether(STEP, PLAN)) == ((10, 10), (30, 30))
    fires = replace(STEP, fires=True)
    assert (own(fires, PLAN), altogether(fires, PLAN)) == ((10, 10), None)
    tried = replace(fires, affected=11, tried=(Rows("t", 11), Rows("log", 11)))
    assert (own(tried, PLAN), altogether(tried, PLAN)) == ((11, 11), (22, 22))
    guess = replace(STEP, rows=(Rows("t", 10, estimate=True),))
    assert (own(guess, PLAN), altogether(guess, PLAN)) == (None, None)
    assert own(replace(STEP, rows=()), PLAN) is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("timeline", "00000002", "this server took over from another since"), ("identity", "7301", "this is another server"),
     ("identity", "", "it says unknown"), ("database_id", "16999", "the database was made anew since"), ("role", "root", "the role is another"),
     ("product", "PostgreSQL 16.1", "the server's version is another"), ("environment", "staging", "the environment is another"),
     ("modes", ("x",), "reads text in other modes"), ("path", ("evil", "public"), "other schemas: planned for unknown, and it says evil, public")],
)
def test_every_sign_of_another_place_is_a_difference(field: str, value: object, words: str) -> None:
    found = list(differences(PLAN, replace(PLAN, target=replace(PLACE, **{field: value}))))  # type: ignore[arg-type]
    assert [words in each.sentence for each in found] == [True]
    assert not found[0].stricter


def test_another_label_counts_only_where_the_server_has_no_identity() -> None:
    other = replace(PLACE, label="app@10.0.0.7/shop", profile="other")
    assert not list(differences(PLAN, replace(PLAN, target=other)))
    silent = replace(PLACE, identity="")
    found = list(differences(replace(PLAN, target=silent), replace(PLAN, target=replace(other, identity=""))))
    assert ["does not tell who it is" in each.sentence for each in found] == [True]


@pytest.mark.parametrize(("action", "stricter"), [("confirm", 0), ("type", 0), ("block", 1)])
def test_only_a_stricter_policy_is_a_difference(action: str, stricter: int) -> None:
    now = replace(PLAN, steps=(replace(STEP, found=(Found("truncate", action, "all"),)),))
    assert [each.stricter for each in differences(PLAN, now)] == [True] * stricter


def test_what_cannot_be_counted_any_more_is_a_difference() -> None:
    now = replace(PLAN, steps=(replace(STEP, rows=(Rows("t", reason="too long"), Rows("u", 20, cascade=True))),))
    assert [each.sentence for each in differences(PLAN, now)] == ["a.sql:1: the rows of t can no longer be counted, and 10 were planned"]
