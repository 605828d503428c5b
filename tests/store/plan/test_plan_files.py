"""Laws of plan files: what is written is read back, and no byte of it can be another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.errors import Drift, UsageError
from safesql.store.plan.canonical import plan_of, text_of
from safesql.store.plan.file import bytes_of, read_plan, write_plan
from safesql.store.plan.plan import File, Found, Place, Plan, Rows, Shape, Step

TEXT = st.text(max_size=12)
NUMBER = st.integers(0, 2**62)
ROWS = st.builds(
    Rows, TEXT, st.none() | NUMBER, st.none() | NUMBER, st.booleans(), st.booleans(), st.booleans(), TEXT, TEXT
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
STEP = st.builds(
    Step, NUMBER, TEXT, TEXTS, TEXT, TEXT, st.booleans(), st.booleans(),
    st.lists(st.builds(Found, TEXT, TEXT, TEXT), max_size=2).map(tuple), st.lists(ROWS, max_size=3).map(tuple),
    st.booleans(), st.none() | NUMBER, st.none() | NUMBER, st.lists(ROWS, max_size=2).map(tuple), TEXTS, TEXTS, TEXTS, TEXT,
)  # fmt: skip
PLACE = st.builds(Place, *[TEXT] * 10, TEXTS, TEXTS)
PLANS = st.builds(
    Plan, TEXT, TEXT, TEXT, TEXT, PLACE, TEXT, st.booleans(), st.booleans(),
    st.lists(st.builds(File, TEXT, TEXT, st.booleans()), max_size=2).map(tuple), TEXTS, TEXTS,
    st.lists(STEP, max_size=3).map(tuple), st.lists(st.builds(Shape, *[TEXT] * 10), max_size=2).map(tuple),
)  # fmt: skip

PLAN = Plan(
    "alice", "al", "2026-01-02T03:04:05Z", "2026-01-09T03:04:05Z",
    Place("prod", "app@db/shop", "production", "PostgreSQL 15", "7300", "shop", "16384", "00000001", "app", "postgres",
          ("standard_conforming_strings",), ("public",)),
    files=(File("changes.sql", "ab" * 32),),
    steps=(
        Step(1, "changes.sql:1", ("DELETE FROM t", "WHERE a = 'é\u202e'"), "cd" * 32, "block", changes=True,
             found=(Found("delete-without-where", "block", "every row goes"),),
             rows=(Rows("t", 3, 5), Rows("u", None, reason="too long")), tables=("public.t", "public.u")),
    ),
    shapes=(Shape("public.t", "table", "12", indexes="34"),),
)  # fmt: skip


@given(PLANS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_read_back_is_the_plan(plan: Plan) -> None:
    assert plan_of(text_of(plan)) == plan


def test_the_text_of_a_plan_shows_what_would_be_invisible() -> None:
    text = text_of(PLAN)
    assert "\\u202E" in text
    assert "é" in text
    assert all(character.isprintable() or character == "\n" for character in text)


def test_every_other_byte_is_refused(tmp_path: Path) -> None:
    data = bytes_of(PLAN)
    path = tmp_path / "changes.plan"
    for at in range(len(data)):
        for other in (data[at] ^ 1, data[at] ^ 0x20, 0x0A):
            changed = data[:at] + bytes([other]) + data[at + 1 :]
            if changed == data:
                continue
            path.write_bytes(changed)
            with pytest.raises(Drift):
                read_plan(path)


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b"", lambda data: data * 2,
                                    lambda data: data.replace(b"\n", b"\r\n")], ids=["shorter", "longer", "empty", "twice", "line ends"])
def test_a_plan_that_is_not_whole_is_refused(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "changes.plan"
    path.write_bytes(change(bytes_of(PLAN)))
    with pytest.raises(Drift, match="make it again"):
        read_plan(path)


def test_a_plan_that_was_sealed_again_by_hand_is_still_only_one_text() -> None:
    text = text_of(PLAN)
    for other in (text + "# more\n", text.replace("format = 1", "format  = 1"), text.replace('"alice"', "'alice'"),
                  text.replace("number = 1", "number = 1\nmore = 2"), text.replace("changes = true", "changes = 1")):
        with pytest.raises(ValueError, match=r"not as safesql writes it|a plan has not|should stand there"):
            plan_of(other)


def test_another_format_is_named() -> None:
    with pytest.raises(ValueError, match="reads format 1"):
        plan_of(text_of(PLAN).replace("format = 1", "format = 2"))


def test_nothing_but_a_plan_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "changes.sql"
    path.write_text("SELECT 1;")
    with pytest.raises(UsageError, match="is not overwritten"):
        write_plan(path, PLAN)
    plan = tmp_path / "changes.plan"
    write_plan(plan, PLAN)
    again = write_plan(plan, replace(PLAN, author="carol"))
    assert read_plan(plan) == again
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
