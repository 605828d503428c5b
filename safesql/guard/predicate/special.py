"""Words that begin an operand of their own kind: CASE, EXISTS, INTERVAL, ANY, ARRAY, ROW, MATCH, TIMESTAMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safesql.guard.predicate import operands, subquery
from safesql.guard.predicate.fold import NotUnderstood
from safesql.guard.predicate.frames import Frame, Opened
from safesql.guard.predicate.intervals import interval
from safesql.guard.predicate.types import type_name
from safesql.guard.predicate.units import UNITS
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

if TYPE_CHECKING:
    from safesql.guard.predicate.parser import Parser


def special(parser: Parser, word: str) -> bool:
    """Read an operand that begins with this word; False, at the same place, when it is an ordinary name here."""
    reader = _READERS.get(word)
    return reader is not None and reader(parser)


def _case(parser: Parser) -> bool:
    """CASE [operand] WHEN."""
    parser.place += 1
    parser.open(Frame(Opened.CASE, "CASE"))
    if parser.peek().word == "WHEN":
        parser.place += 1
        parser.frame.name = "WHEN"
    return True


def _exists(parser: Parser) -> bool:
    """EXISTS (subquery)."""
    if not parser.opens_query(1):
        return False
    parser.place += 1
    parser.push(subquery.exists(parser.fold, parser.inside(), parser.nested))
    return True


def _interval(parser: Parser) -> bool:
    """INTERVAL '1 day', INTERVAL 1 DAY."""
    following = parser.peek(1)
    if parser.fold.family is Family.POSTGRES and following.kind is Kind.STRING:
        parser.place += 1
        text = operands.strings(parser)
        type_name(parser, optional=True)
        parser.push(interval(parser.fold, text))
        return True
    if parser.fold.family is not Family.MYSQL or _is_function(parser):
        return False
    parser.place += 1
    parser.open(Frame(Opened.INTERVAL))
    return True


def _is_function(parser: Parser) -> bool:
    """MySQL's INTERVAL(x, 1, 10): no unit follows the brackets."""
    if parser.peek(1).kind is not Kind.OPEN:
        return False
    after = parser.closing[parser.place + 1] + 1
    return after >= len(parser.tokens) or parser.tokens[after].word not in UNITS


def _quantifier(parser: Parser) -> bool:
    """ANY, ALL or SOME behind a comparison."""
    waiting = parser.frame.operators
    if parser.peek(1).kind is not Kind.OPEN or not waiting or waiting[-1].operands != 2:
        return False
    waiting[-1] = waiting[-1]._replace(quantifier="all" if parser.peek().word == "ALL" else "any")
    parser.place += 1
    if parser.opens_query():
        parser.push(subquery.rows(parser.fold, parser.inside(), parser.nested))
    return True


def _array(parser: Parser) -> bool:
    """ARRAY[…], ARRAY(subquery)."""
    if parser.opens_query(1):
        parser.place += 1
        parser.push(subquery.listed(parser.fold, parser.inside(), parser.nested))
        return True
    if parser.peek(1).text != "[":
        return False
    parser.place += 2
    parser.open(Frame(Opened.ARRAY))
    if parser.peek().kind is Kind.CLOSE:
        parser.wanting = False
    return True


def _row(parser: Parser) -> bool:
    """ROW(…)."""
    if parser.peek(1).text != "(":
        return False
    parser.place += 2
    parser.open(Frame(Opened.GROUP, "ROW"))
    return True


def _match(parser: Parser) -> bool:
    """MySQL's ``MATCH (a, b) AGAINST ('x' IN BOOLEAN MODE)``; MariaDB does without the first brackets."""
    if parser.fold.family is not Family.MYSQL or parser.peek(1).kind not in (Kind.OPEN, Kind.WORD, Kind.NAME):
        return False
    parser.place += 1
    first = parser.place
    while parser.peek().text and parser.peek().word != "AGAINST":
        parser.place += 1
    columns = parser.tokens[first : parser.place]
    if not parser.accept("AGAINST") or parser.peek().kind is not Kind.OPEN:
        raise NotUnderstood
    parser.inside()
    names = [token for token in columns if token.kind in (Kind.WORD, Kind.NAME)]
    parser.push(parser.fold.keys.made("match", tuple(operands.column(parser.fold, (token.text,)) for token in names)))
    return True


def _moment(parser: Parser) -> bool:
    """``TIMESTAMP WITH TIME ZONE '…'`` and ``DOUBLE PRECISION '…'``."""
    start = parser.place
    name = type_name(parser)
    if parser.peek().kind is not Kind.STRING:
        parser.place = start
        return False
    operands.typed(parser, name)
    return True


_READERS = {
    "CASE": _case, "EXISTS": _exists, "INTERVAL": _interval, "ANY": _quantifier, "ALL": _quantifier,
    "SOME": _quantifier, "ARRAY": _array, "ROW": _row, "MATCH": _match, "TIMESTAMP": _moment, "TIME": _moment,
    "DOUBLE": _moment,
}
