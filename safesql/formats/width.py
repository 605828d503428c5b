"""How many columns of a terminal a text takes."""

from __future__ import annotations

import re
from functools import cache

# Latin, IPA, Greek, Cyrillic, Armenian and common punctuation: one column each, so that len() is the width.
SINGLE = "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
# Kana, Chinese characters, Hangul syllables and full-width forms: two columns each. Emoji depend on their neighbours.
DOUBLE = "\u3001-\u3029\u3041-\u3096\u309f-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"


def width(text: str) -> int:
    """Columns of a harmless text of one line: wide characters take two, combining marks none."""
    if single(text):
        return len(text)
    if _outside(SINGLE + DOUBLE).search(text) is None:
        return len(text) + sum(map(len, _doubles().findall(text)))
    from wcwidth import wcswidth

    columns: int = wcswidth(f" {text}")      # a mark at the beginning belongs to the blank before the cell
    return columns - 1 if columns > 0 else len(text)


def single(text: str) -> bool:
    """Whether every character takes exactly one column."""
    return text.isascii() or _outside(SINGLE).search(text) is None


def padded(text: str, columns: int, *, right: bool) -> str:
    """The text filled with blanks up to a width, at its left end when it stands at the right."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


@cache
def _outside(known: str) -> re.Pattern[str]:
    """Any character whose width has to be looked up; compiled when first needed."""
    return re.compile(f"[^{known}]")


@cache
def _doubles() -> re.Pattern[str]:
    """Runs of wide characters."""
    return re.compile(f"[{DOUBLE}]+")
