"""sql_mode through a script: lists, the combinations among them, and the variables that keep old values for later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.sql.dialect import Mode
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

Modes = frozenset[Mode]

_ANSI = Modes({Mode.ANSI_QUOTES, Mode.PIPES_AS_CONCAT, Mode.IGNORE_SPACE})
_STRICT = Modes({Mode.STRICT})
_OLD = Modes({Mode.HIGH_NOT_PRECEDENCE})
_NAMED: dict[str, Modes] = {
    "ANSI_QUOTES": Modes({Mode.ANSI_QUOTES}),
    "NO_BACKSLASH_ESCAPES": Modes({Mode.NO_BACKSLASH_ESCAPES}),
    "PIPES_AS_CONCAT": Modes({Mode.PIPES_AS_CONCAT}),
    "HIGH_NOT_PRECEDENCE": _OLD,
    "IGNORE_SPACE": Modes({Mode.IGNORE_SPACE}),
    "STRICT_TRANS_TABLES": _STRICT,
    "STRICT_ALL_TABLES": _STRICT,
    "TRADITIONAL": _STRICT,
    "ANSI": _ANSI,
    "ORACLE": _ANSI | {Mode.ORACLE},
    **dict.fromkeys(("DB2", "MSSQL", "MAXDB", "POSTGRESQL"), _ANSI),
    **dict.fromkeys(("MYSQL323", "MYSQL40"), _OLD),
    **dict.fromkeys((
        "", "REAL_AS_FLOAT", "ONLY_FULL_GROUP_BY", "NO_UNSIGNED_SUBTRACTION", "NO_DIR_IN_CREATE",
        "NO_AUTO_VALUE_ON_ZERO", "NO_ZERO_IN_DATE", "NO_ZERO_DATE", "ALLOW_INVALID_DATES", "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_AUTO_CREATE_USER", "NO_ENGINE_SUBSTITUTION", "PAD_CHAR_TO_FULL_LENGTH", "EMPTY_STRING_IS_NULL",
        "SIMULTANEOUS_ASSIGNMENT", "TIME_ROUND_FRACTIONAL", "TIME_TRUNCATE_FRACTIONAL", "NO_KEY_OPTIONS",
        "NO_TABLE_OPTIONS", "NO_FIELD_OPTIONS",
    ), Modes()),
}  # fmt: skip
"""https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html and https://mariadb.com/kb/en/sql-mode/: what each implies."""

_SELF = frozenset({"@@SQL_MODE", "@@SESSION.SQL_MODE", "@@LOCAL.SQL_MODE"})
_ELSEWHERE = frozenset({"GLOBAL", "PERSIST", "PERSIST_ONLY"})
_HERE = frozenset({"SESSION", "LOCAL"})
_WRITTEN = (
    (Mode.ANSI_QUOTES, "ANSI_QUOTES"), (Mode.NO_BACKSLASH_ESCAPES, "NO_BACKSLASH_ESCAPES"),
    (Mode.PIPES_AS_CONCAT, "PIPES_AS_CONCAT"), (Mode.HIGH_NOT_PRECEDENCE, "HIGH_NOT_PRECEDENCE"),
    (Mode.IGNORE_SPACE, "IGNORE_SPACE"), (Mode.STRICT, "STRICT_TRANS_TABLES"), (Mode.ORACLE, "ORACLE"),
)  # fmt: skip
_OLDEST = 50700            # executable comments for older servers run on every server


def modes_of(sql_mode: str) -> Modes:
    """The modes in a value of sql_mode, as the server reports it; names that do not matter here are passed over."""
    found = Modes()
    for name in sql_mode.upper().split(","):
        found |= _NAMED.get(name.strip(), Modes())
    return found


class Variables:
    """Follows one session; ``initial`` is what DEFAULT goes back to."""

    __slots__ = ("_initial", "_saved")

    def __init__(self, initial: Modes) -> None:
        self._initial = initial
        self._saved: dict[str, str] = {}       # user variables that hold a list of modes

    def after(self, statement: Statement, now: Modes) -> Modes:
        """The modes after a statement."""
        tokens = statement.tokens
        code = [token for token in tokens if token.kind not in (Kind.CODE_OPEN, Kind.CODE_CLOSE)]
        if not code or code[0].word != "SET" or (len(code) > 1 and code[1].word == "STATEMENT"):
            self._forget(tokens)
            return now
        modes = self._assigned(code[1:], now, statement)
        if modes != now and any(token.kind is Kind.CODE_OPEN and _recent(token.text) for token in tokens):
            return now | {Mode.UNKNOWN}
        return modes

    def _assigned(self, tokens: Sequence[Token], now: Modes, statement: Statement) -> Modes:
        """The assignments of a SET in their order; GLOBAL also counts for those behind it that say nothing else."""
        modes, elsewhere = now, False
        for assignment in _assignments(tokens):
            scope, name, value = _parts(assignment)
            elsewhere = scope in _ELSEWHERE if scope else elsewhere
            if name.startswith("@") and not name.startswith("@@"):
                self._save(name, self._text(value, now) if modes is now else None)
            elif name in _SELF or (name == "SQL_MODE" and not elsewhere):
                modes = self._modes(value, now)
            elif name == "SQL_MODE" and scope not in _ELSEWHERE and statement.dialect.name == "mysql":
                modes = now | {Mode.UNKNOWN}
        return modes

    def _modes(self, value: Sequence[Token], now: Modes) -> Modes:
        """The modes that a value stands for."""
        if len(value) == 1 and value[0].word == "DEFAULT":
            return self._initial
        text = self._text(value, now)
        names = None if text is None else text.upper().split(",")
        if names is None or not all(name in _NAMED for name in names):
            return now | {Mode.UNKNOWN}
        return modes_of(",".join(names))

    def _text(self, value: Sequence[Token], now: Modes) -> str | None:
        """The list of modes that an expression gives, as far as modes matter here; None when the text does not tell."""
        if value and value[0].text == "(" and value[-1].text == ")":
            return self._text(value[1:-1], now)
        if value and value[0].word == "SELECT":
            return self._text(value[1:], now)
        if len(value) == 1:
            return self._single(value[0], now)
        function = value[0].word if len(value) > 3 and value[1].text == "(" and value[-1].text == ")" else ""
        if function not in ("CONCAT", "REPLACE"):
            return None
        parts = [self._text(part, now) for part in _assignments(value[2:-1])]
        known = [part for part in parts if part is not None]
        if len(known) != len(parts):
            return None
        if function == "CONCAT":
            return "".join(known)
        return known[0].replace(known[1], known[2]) if len(known) == 3 and known[1] else None

    def _single(self, token: Token, now: Modes) -> str | None:
        """A literal, a bare name, a saved variable or the current value."""
        if token.text.upper() in _SELF:
            return None if Mode.UNKNOWN in now else ",".join(name for mode, name in _WRITTEN if mode in now)
        if token.kind is Kind.STRING:
            quote = token.text[0]
            plain = quote in "'\"" and "\\" not in token.text and quote not in token.text[1:-1]
            return token.text[1:-1] if plain else None
        if token.kind is Kind.PARAMETER:
            return self._saved.get(token.text.lower())
        return "" if token.text == "0" else token.word or None

    def _save(self, name: str, text: str | None) -> None:
        """Keep what a user variable holds, or forget it."""
        if text is None:
            self._saved.pop(name.lower(), None)
        else:
            self._saved[name.lower()] = text

    def _forget(self, tokens: Sequence[Token]) -> None:
        """Statements other than SET may write the variables that they name."""
        for token in tokens if self._saved else ():
            if token.kind is Kind.PARAMETER:
                self._saved.pop(token.text.lower(), None)


def _recent(code_open: str) -> bool:
    """Whether an executable comment is for servers newer than all that are around, or for MariaDB alone."""
    digits = code_open.lstrip("/*M!")
    return code_open.startswith("/*M") or (bool(digits) and int(digits) >= _OLDEST)


def _assignments(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts between commas outside of brackets."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind is Kind.COMMA and not depth:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _parts(tokens: Sequence[Token]) -> tuple[str, str, list[Token]]:
    """Scope, name in upper case, and value of one assignment; user variables keep their case."""
    at = next((index for index, token in enumerate(tokens) if token.text in ("=", ":=")), 0)
    words = [token.word or token.text.replace("`", "").upper() for token in tokens[:at]]
    scope = words.pop(0) if len(words) > 1 and words[0] in _ELSEWHERE | _HERE else ""
    return scope, "".join(words), list(tokens[at + 1 :])
