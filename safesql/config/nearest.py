"""The known word that a mistyped one most likely means."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean WORD?`` or nothing, to be put at the end of a sentence."""
    from difflib import get_close_matches

    close = get_close_matches(word[:80].lower(), sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
