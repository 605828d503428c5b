"""Classes whose code is written at first use are what the standard dataclasses are."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql import slotted


@slotted.dataclass(frozen=True, slots=True)
class Ours:
    number: float
    text: str = "x"
    many: list[int] = slotted.field(default_factory=list)
    kept: int = slotted.field(default=3, init=False, repr=False, compare=False)
    note: str = slotted.field(default="", compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    number: float
    text: str = "x"
    many: list[int] = dataclasses.field(default_factory=list)
    kept: int = dataclasses.field(default=3, init=False, repr=False, compare=False)
    note: str = dataclasses.field(default="", compare=False)


@slotted.dataclass(frozen=True, slots=True)
class Longer(Ours):
    last: int = 9

    def __post_init__(self) -> None:
        if self.last < 0:
            raise ValueError("below zero")


@slotted.dataclass(slots=True)
class Changing:
    number: int = 0
    later: list[int] = slotted.field(init=False)


VALUES = st.tuples(st.floats(), st.text(max_size=3), st.lists(st.integers(), max_size=2))


@given(VALUES, VALUES)
def test_values_compare_and_print_like_standard_ones(first: Any, second: Any) -> None:
    assert (Ours(*first) == Ours(*second)) == (Theirs(*first) == Theirs(*second))
    assert (Ours(*first) == Ours(*first)) == (Theirs(*first) == Theirs(*first))
    assert repr(Ours(*first)) == repr(Theirs(*first)).replace("Theirs", "Ours")


CALLS: tuple[tuple[Any, dict[str, Any]], ...] = (
    ((1,), {}), ((1, "y", [2]), {"note": "n"}), ((), {"number": 1}), ((), {}), ((1, "y", [], "n", 5), {}), ((1,), {"kept": 2}),
    ((1,), {"unknown": 2}), ((1,), {"number": 2}),
)


@pytest.mark.parametrize(("words", "named"), CALLS)
def test_a_call_makes_a_value_or_fails_as_with_the_standard_class(words: Any, named: dict[str, Any]) -> None:
    made: list[object] = []
    for kind in (Ours, Theirs):
        try:
            made.append(repr(kind(*words, **named)).partition("(")[2])
        except TypeError as error:
            made.append(str(error).replace("Ours", "Theirs"))
    assert made[0] == made[1]


def test_values_hash_by_what_is_compared() -> None:
    @slotted.dataclass(frozen=True, slots=True)
    class Pair:
        left: int
        right: int = slotted.field(default=0, compare=False)

    assert len({Pair(1), Pair(1, 5), Pair(2)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Changing())


def test_frozen_values_stay_as_they_are_and_others_change() -> None:
    value = Ours(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'number'"):
        value.number = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'number'"):
        del value.number
    changing = Changing(1)
    changing.number, changing.later = 2, [1]
    assert (changing.number, changing.later) == (2, [1])
    with pytest.raises(AttributeError):
        changing.other = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
@pytest.mark.parametrize("value", [Ours(1, "y", [1], "n"), Longer(1, last=4)])
def test_values_are_copied_and_pickled_whole(copied: Callable[[Any], Any], value: Any) -> None:
    assert (copied(value), copied(value).note, copied(value).kept) == (value, value.note, value.kept)


@pytest.mark.parametrize("replace", [slotted.replace, dataclasses.replace])
def test_both_ways_of_changing_some_names_run_the_checks_again(replace: Callable[..., Any]) -> None:
    assert replace(Longer(1, last=4), text="z") == Longer(1, "z", last=4)
    with pytest.raises(ValueError, match="below zero"):
        replace(Longer(1), last=-1)


def test_a_class_lists_its_names_bases_first_for_us_and_for_the_standard_library() -> None:
    names = ("number", "text", "many", "kept", "note", "last")
    assert slotted.names_of(Longer) == tuple(each.name for each in dataclasses.fields(Longer)) == names
    assert [each.default for each in dataclasses.fields(Ours)] == [each.default for each in dataclasses.fields(Theirs)]
    assert dataclasses.is_dataclass(Ours)


def test_a_value_is_taken_apart_by_its_place() -> None:
    match Ours(1, "y"):
        case Ours(number, text):
            assert (number, text) == (1, "y")


def test_what_a_class_says_itself_is_kept() -> None:
    @slotted.dataclass(frozen=True, slots=True)
    class Own:
        name: str

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and other.name.lower() == self.name.lower()

        def __hash__(self) -> int:
            return 7

    assert (repr(Own("a")), Own("a") == Own("A"), hash(Own("a"))) == ("own", True, 7)


def test_making_a_class_loads_nothing_of_the_standard_decorator() -> None:
    code = """
import sys
from safesql.slotted import dataclass
@dataclass(frozen=True, slots=True)
class One:
    name: str = "a"
assert One() == One("a") and hash(One()) == hash(One("a"))
print("dataclasses" in sys.modules)
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_a_value_that_holds_itself_is_printed_once() -> None:
    one = Changing()
    one.later = [one]  # type: ignore[list-item]
    assert repr(one) == "Changing(number=0, later=[...])"
    assert repr(one) == "Changing(number=0, later=[...])"
