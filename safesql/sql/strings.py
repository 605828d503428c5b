"""What never ends a statement whatever it holds: quoted text and flat comments, as possessive expressions."""

from __future__ import annotations

SINGLE = r"'[^']*+(?:''[^']*+)*+'"
ESCAPED = r"'[^'\\]*+(?:(?:''|\\(?s:.))[^'\\]*+)*+'"
DOUBLE = r'"[^"]*+(?:""[^"]*+)*+"'
BACKTICK = r"`[^`]*+(?:``[^`]*+)*+`"
BRACKETS = r"\[[^\]]*+\]"
BLOCK = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
WORD = r"[^\x00-/:-@\[-^`{-\x7f]"                # a letter, digit or underscore, or anything beyond ASCII
LETTER = r"[^\x00-/:-@\[-^`{-\x7f0-9]"
