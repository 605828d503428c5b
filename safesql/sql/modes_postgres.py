"""standard_conforming_strings through a script: SET, RESET, set_config, and the transactions that undo them."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.sql.dialect import Mode
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

Modes = frozenset[Mode]

_NAME = "STANDARD_CONFORMING_STRINGS"
_ON = Modes({Mode.STANDARD_STRINGS})
_OFF = Modes()
_UNKNOWN = Modes({Mode.STANDARD_STRINGS, Mode.UNKNOWN})
_VALUES = {
    **dict.fromkeys(("ON", "1", *("TRUE"[:n] for n in range(1, 5)), *("YES"[:n] for n in range(1, 4))), _ON),
    **dict.fromkeys(("OF", "OFF", "0", *("FALSE"[:n] for n in range(1, 6)), *("NO"[:n] for n in range(1, 3))), _OFF),
}
"""What the server takes for a Boolean setting (parse_bool in its source): words and their beginnings."""


class Strings:
    """Follows one session; ``initial`` is what RESET goes back to."""

    __slots__ = ("_at_begin", "_at_commit", "_initial", "_open")

    def __init__(self, initial: Modes) -> None:
        self._initial = self._at_begin = self._at_commit = initial
        self._open = False

    def after(self, statement: Statement, now: Modes) -> Modes:
        """The modes after a statement."""
        tokens = statement.tokens
        words = [_word(token) for token in tokens[:8]]
        match words:
            case ["BEGIN", *_] | ["START", "TRANSACTION", *_]:
                return self._begin(now)
            case ["COMMIT" | "END", *_]:
                return self._end(self._at_commit if self._open else now, words)
            case ["ROLLBACK" | "ABORT", *rest]:
                if "TO" in rest:
                    return now if now == self._at_begin else _UNKNOWN
                return self._end(self._at_begin if self._open else now, words)
            case ["RESET", "ALL" | "STANDARD_CONFORMING_STRINGS"] | ["DISCARD", "ALL"]:
                return self._set(self._initial)
            case ["SET", *_]:
                return self._assigned(tokens, words, now)
        return self._otherwise(statement, now)

    def _begin(self, now: Modes) -> Modes:
        """A transaction keeps what it began with."""
        if not self._open:
            self._open, self._at_begin, self._at_commit = True, now, now
        return now

    def _end(self, then: Modes, words: Sequence[str]) -> Modes:
        """The transaction ends; AND CHAIN begins another."""
        self._open = "CHAIN" in words and "NO" not in words
        self._at_begin = self._at_commit = then
        return then

    def _set(self, modes: Modes) -> Modes:
        """Set for the session: it outlives a commit."""
        self._at_commit = modes
        return modes

    def _assigned(self, tokens: Sequence[Token], words: Sequence[str], now: Modes) -> Modes:
        """SET [SESSION | LOCAL] name { TO | = } value."""
        local = words[1:2] == ["LOCAL"]
        at = 2 if words[1:2] in (["LOCAL"], ["SESSION"]) else 1
        if words[at : at + 1] != [_NAME]:
            return now
        value = tokens[at + 2 : at + 4]
        modes = _value(value[0]) if len(value) == 1 else _UNKNOWN
        if len(value) == 1 and value[0].word == "DEFAULT":
            modes = self._initial
        if local:
            return modes if self._open else now
        return self._set(modes)

    def _otherwise(self, statement: Statement, now: Modes) -> Modes:
        """set_config with literals, or something that names the setting and is not understood."""
        text = statement.text.upper()
        if _NAME not in text and "PG_SETTINGS" not in text and "SET_CONFIG" not in text:
            return now
        modes = now
        for at, token in enumerate(statement.tokens):
            if token.word == "SET_CONFIG":
                modes = self._configured(statement.tokens[at + 1 : at + 7], modes)
        if "SET_CONFIG" not in text:
            reading = statement.tokens[:1] and statement.tokens[0].word in ("SELECT", "VALUES")
            return now if reading else _UNKNOWN
        return modes

    def _configured(self, call: Sequence[Token], now: Modes) -> Modes:
        """set_config('name', 'value', is_local), by the tokens from its bracket on."""
        if len(call) < 6 or call[1].kind is not Kind.STRING or call[2].kind is not Kind.COMMA:
            return self._set(_UNKNOWN)
        if _word(call[1]) != _NAME:
            return now if call[1].text.startswith("'") else self._set(_UNKNOWN)
        modes = _value(call[3]) if call[4].kind is Kind.COMMA else _UNKNOWN
        if call[5].word == "TRUE":
            return modes if self._open else now
        return self._set(modes if call[5].word == "FALSE" else _UNKNOWN)


def _word(token: Token) -> str:
    """A word, name or plain string in upper case, without its quotes."""
    return token.word or token.text.strip("'\"").upper()


def _value(token: Token) -> Modes:
    """The modes that a value stands for."""
    return _VALUES.get(_word(token), _UNKNOWN)
