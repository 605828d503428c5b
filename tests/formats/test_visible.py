"""Text that cannot act on a terminal."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.formats.visible import harmless, hexadecimal, visible

CONTROL = ("Cc", "Cf", "Zl", "Zp", "Cs")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\tb\nc\rd", r"a\tb\nc\rd"),
        ("\x00\x07\x7f\x9b", r"\x00\x07\x7f\x9b"),
        ("admin\u202etxt.exe", r"admin\u202etxt.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("line\u2028para\u2029", r"line\u2028para\u2029"),
        ("\U000e0041", r"\U000e0041"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("Zürich 東京 😀", "Zürich 東京 😀"),
        ("e\u0301", "e\u0301"),
        ("a\\b", "a\\b"),
    ],
)
def test_what_would_act_or_hide_becomes_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bill\u200ding", r"bill\u200ding"),
        ("billing\u200c", r"billing\u200c"),
        ("\u0431\u200c\u0431", "\u0431\\u200c\u0431"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        ("\u0915\u200d\u202e", "\u0915\\u200d\\u202e"),
        ("\u0915\u200d\u200d\u0937", "\u0915\\u200d\\u200d\u0937"),
    ],
)
def test_joiners_stay_only_where_a_script_or_an_emoji_needs_them(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_every_control_and_format_character_is_escaped() -> None:
    left = [
        hex(code) for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in CONTROL and (visible(chr(code)) == chr(code) or harmless(chr(code)))
    ]
    assert not left


def test_every_letter_mark_number_and_symbol_stays() -> None:
    gone = [
        hex(code) for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code))[0] in "LMNPS" and visible(chr(code)) != chr(code)
    ]
    assert not gone


def test_what_the_caller_keeps_stays() -> None:
    assert visible("a\n\tb\r\x1b", keep="\n\t") == "a\n\tb\\r\\x1b"


@given(st.text(st.characters()))
def test_the_visible_text_is_ascii_printable_or_harmless_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    kept = shown.replace("\u200c", "").replace("\u200d", "")
    assert harmless(kept)
    assert not any(unicodedata.category(character) in CONTROL for character in kept)


@given(st.text(st.characters()), st.text(st.characters()))
def test_harmless_text_is_shown_as_it_is_even_in_parts(left: str, right: str) -> None:
    if harmless(left + right):
        assert visible(left) == left
        assert visible(right) == right


def test_binary_data_are_hex_and_a_cut_is_told() -> None:
    assert hexadecimal(b"ab\x00\xff") == r"\x616200ff"
    assert hexadecimal(b"") == r"\x"
    assert hexadecimal(b"abcd", 2) == r"\x6162... (4 bytes)"
    assert hexadecimal(b"abcd", 4) == r"\x61626364"
