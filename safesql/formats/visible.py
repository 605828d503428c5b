r"""Text that cannot act on a terminal: what would act, or hide, becomes an escape: ``\x1b``, ``\u202e``."""

from __future__ import annotations

import re
from functools import cache

HIDDEN = (
    "\x00-\x1f\x7f-\x9f"                            # Cc: escape sequences start here
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b\u200e-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"    # Cf, and what Unicode reserves for more of it
    "\u2028\u2029"                                  # Zl, Zp: line breaks to some terminals and editors
    "\ud800-\udfff"                                 # Cs: halves of characters, and bytes that are not UTF-8
)
"""The inside of a character class: Unicode's Cc, Cf, Zl, Zp and Cs without the two joiners."""

JOINERS = "\u200c\u200d"

# Joiners shape words of scripts from Hebrew to Mongolian and build emoji; beside other letters they only hide.
_JOINED = "\u0590-\u18af\u2190-\u2bff\u3000-\ud7ff\uf900-\ufeff\U00010000-\U000dffff"

_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

PRINTABLE_ASCII = bytes(range(0x20, 0x7F))


def visible(text: str, keep: str = "") -> str:
    r"""The text with every control, format and bidi character written as an escape, but for those in ``keep``.

    A byte that was not valid UTF-8 (``surrogateescape``) is shown as that byte: ``\xe9``.
    """
    if text.isprintable():
        return text
    return _hidden().sub(lambda found: found[0] if found[0] in keep else escape(found[0]), text)


def escape(character: str) -> str:
    r"""One character as ``\n``, ``\x1b``, ``\u202e`` or ``\U000e0001``."""
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def harmless(text: str) -> bool:
    """Whether ``visible`` would change no part of it; on ASCII several times faster than ``str.isprintable``."""
    if text.isascii():
        return not text.encode("ascii").translate(None, PRINTABLE_ASCII)
    return text.isprintable() or _doubtful().search(text) is None


def hexadecimal(data: bytes, shown: int | None = None) -> str:
    r"""Binary data as PostgreSQL writes it, ``\x6162``; past ``shown`` bytes it is cut and its length is told."""
    if shown is None or len(data) <= shown:
        return "\\x" + data.hex()
    return f"\\x{data[:shown].hex()}... ({len(data)} bytes)"


@cache
def _hidden() -> re.Pattern[str]:
    """What becomes an escape; compiled when the first text needs it."""
    joined = f"(?![{HIDDEN}])[{_JOINED}]"
    return re.compile(f"[{HIDDEN}]|(?<!{joined})[{JOINERS}]|[{JOINERS}](?!{joined})")


@cache
def _doubtful() -> re.Pattern[str]:
    """What may become an escape, whatever stands beside it."""
    return re.compile(f"[{HIDDEN}{JOINERS}]")
