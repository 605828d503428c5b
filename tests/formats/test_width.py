"""How many columns of a terminal a text takes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth, wcwidth

from safesql.formats.visible import visible
from safesql.formats.width import DOUBLE, SINGLE, padded, width

MIXED = st.text(st.characters() | st.sampled_from("\u0915\u094d\u200d\u0937\U0001f468\u2764\ufe0f\u0301ং東カ한a \U0001f1e9"))


@pytest.mark.parametrize(("known", "columns"), [(SINGLE, 1), (DOUBLE, 2)])
def test_the_width_of_common_characters_is_what_unicode_says(known: str, columns: int) -> None:
    inside = re.compile(f"[{known}]")
    assert not [
        hex(code) for code in range(0x110000)
        if inside.fullmatch(chr(code)) and wcwidth(chr(code)) != columns and visible(chr(code)) == chr(code)
    ]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0), ("abc", 3), ("Zürich", 6), ("東京", 4), ("カナ x", 6), ("한글", 4), ("e\u0301", 1), ("😀", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 2), ("\u2764\ufe0f", 2), ("ﾊﾝ", 2),
    ],
)
def test_wide_characters_take_two_columns_and_marks_none(text: str, columns: int) -> None:
    assert width(text) == columns
    assert padded(text, 12, right=True) == " " * (12 - columns) + text
    assert padded(text, 12, right=False) == text + " " * (12 - columns)


@given(MIXED, MIXED)
def test_cells_side_by_side_are_as_wide_as_the_sum(left: str, right: str) -> None:
    left, right = visible(left), visible(right)
    assert wcswidth(f" {left} | {right} ") == width(left) + width(right) + 5


def test_a_text_is_never_cut_to_its_column() -> None:
    assert padded("abcdef", 3, right=True) == "abcdef"
