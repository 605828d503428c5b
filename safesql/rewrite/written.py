"""Where parts of a write stand in its text: what a table is called, the query of an INSERT."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.guard.effect import Effect
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Span, Token

_HINTS = frozenset(("USE", "FORCE", "IGNORE", "PARTITION", "FOR", "ONLY", "INDEXED", "NOT"))
_QUERY = frozenset(("SELECT", "WITH", "TABLE", "VALUES"))
_AFTER_QUERY = frozenset(("CONFLICT", "DUPLICATE"))
_NAMES = (Kind.WORD, Kind.NAME)


def whole(statement: Statement, span: Span) -> bool:
    """Whether a range ends no bracket and no executable comment that it does not begin."""
    depth = code = 0
    for token in _tokens(statement, span):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        code += (token.kind is Kind.CODE_OPEN) - (token.kind is Kind.CODE_CLOSE)
        if token.kind is Kind.BAD or depth < 0 or code < 0:
            return False
    return depth == 0 == code


def called(statement: Statement, span: Span | None) -> str | None:
    """What the columns of a table are qualified with, as it is written: its alias, else its name."""
    tokens = _tokens(statement, span) if span else []
    name, depth = None, 0
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth or token.kind is Kind.CLOSE:
            continue
        if token.word in _HINTS and token.word != "PARTITION":
            if token.word == "ONLY" and name is None:
                continue
            return name
        if token.kind in _NAMES and token.word not in ("AS", "PARTITION"):
            qualified = place >= 2 and tokens[place - 1].kind is Kind.DOT
            name = f"{name}.{token.text}" if qualified and name else token.text
    return name


def query_of(statement: Statement, effect: Effect) -> Span | None:
    """The query of an INSERT or REPLACE, without what follows it; None when its rows are written out."""
    if effect.target_at is None:
        return None
    start = effect.target_at.end
    tokens = _tokens(statement, Span(start, effect.at.end))
    place = _query_at(tokens)
    if place is None or tokens[place].word == "VALUES":
        return None
    last = _query_end(tokens, place)
    return Span(start + tokens[place].start, start + tokens[last - 1].end)


def _query_at(tokens: Sequence[Token]) -> int | None:
    """Where the query begins: at SELECT or WITH, or at the brackets around it."""
    depth, opened = 0, 0
    for place, token in enumerate(tokens):
        if token.kind is Kind.OPEN:
            opened = place if depth == 0 else opened
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth -= 1
        elif token.word in _QUERY and all(each.kind is Kind.OPEN for each in tokens[place - depth : place]):
            return opened if depth else place
        elif token.word in ("SET", "VALUE", "DEFAULT") and depth == 0:
            return None
    return None


def _query_end(tokens: Sequence[Token], start: int) -> int:
    """Where ON CONFLICT, ON DUPLICATE KEY or RETURNING begins."""
    depth = 0
    for place in range(start, len(tokens)):
        token = tokens[place]
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        following = tokens[place + 1].word if place + 1 < len(tokens) else ""
        if depth == 0 and (token.word == "RETURNING" or (token.word == "ON" and following in _AFTER_QUERY)):
            return place
    return len(tokens)


def _tokens(statement: Statement, span: Span) -> list[Token]:
    """The tokens of a part of the statement, counted from where the part begins."""
    return list(significant(statement.text[span.start : span.end], statement.dialect))
