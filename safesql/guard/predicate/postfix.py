"""Tests that follow an operand in words: IS, IN, LIKE, BETWEEN, COLLATE, AT TIME ZONE, and their negations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safesql.guard.predicate import subquery
from safesql.guard.predicate.fold import NotUnderstood
from safesql.guard.predicate.frames import Frame, Opened, Operator
from safesql.guard.predicate.operands import fold_name
from safesql.guard.predicate.value import Value
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token

if TYPE_CHECKING:
    from safesql.guard.predicate.parser import Parser

LONG = 400        # tokens of a list of literals that is not read one by one
_WORDS = {"LIKE": "like", "ILIKE": "ilike", "GLOB": "glob", "REGEXP": "regexp", "RLIKE": "regexp", "MATCH": "match"}
_TRUTHS = {"TRUE": True, "FALSE": False, "UNKNOWN": None}


def test(parser: Parser, negated: bool) -> None:
    """Read a test whose first word (after NOT) comes next; raises NotUnderstood."""
    word = parser.peek().word
    level = parser.grammar.test
    parser.place += 1
    if word in _WORDS:
        _binary(parser, _WORDS[word], level, negated=negated)
    elif word == "SIMILAR" and parser.accept("TO"):
        _binary(parser, "similar", level, negated=negated)
    elif word == "SOUNDS" and parser.accept("LIKE"):
        _binary(parser, "sounds", level, negated=negated)
    elif word == "BETWEEN":
        _between(parser, negated)
    elif word == "IN":
        _in(parser, negated)
    elif word == "NULL" and negated and parser.fold.family is Family.SQLITE:
        parser.push(parser.fold.negated(parser.fold.null_test(parser.postfix(parser.grammar.is_))))
    elif negated:
        raise NotUnderstood
    else:
        _plain(parser, word)


def _binary(parser: Parser, name: str, level: int, *, negated: bool = False) -> None:
    """An operator with a right side."""
    parser.operator(Operator(f"not {name}" if negated else name, level))


def _plain(parser: Parser, word: str) -> None:
    """Words that no NOT can stand before."""
    fold, grammar = parser.fold, parser.grammar
    match word:
        case "IS":
            _is(parser)
        case "ISNULL" if fold.family is not Family.MYSQL:
            parser.push(fold.null_test(parser.postfix(grammar.is_)))
        case "NOTNULL" if fold.family is not Family.MYSQL:
            parser.push(fold.negated(fold.null_test(parser.postfix(grammar.is_))))
        case "ESCAPE":
            _binary(parser, "escape", grammar.test + 1)
        case "COLLATE":
            parser.push(_collated(parser, parser.postfix(grammar.collate)))
        case "AT" if parser.accept("TIME", "ZONE"):
            _binary(parser, "at time zone", grammar.collate - 1)
        case _:
            _seldom(parser, word)


def _collated(parser: Parser, value: Value) -> Value:
    """A value under a collation; SQLite's constants may then be equal to others than themselves."""
    names = [fold_name(parser)]
    while parser.peek().kind is Kind.DOT:
        parser.place += 1
        names.append(fold_name(parser))
    fold = parser.fold
    if fold.family is not Family.SQLITE or value.constant is None or names[-1].upper() == "BINARY":
        return value
    return fold.keys.made(f"collate {names[-1]}", (value,))


def _seldom(parser: Parser, word: str) -> None:
    """Operators in letters that few servers have."""
    match word:
        case "OVERLAPS":
            _binary(parser, "overlaps", parser.grammar.other)
        case "MEMBER" if parser.accept("OF"):
            _binary(parser, "member of", parser.grammar.test)
        case "OPERATOR" if parser.peek().kind is Kind.OPEN:
            _spelled(parser)
        case _:
            raise NotUnderstood


def _spelled(parser: Parser) -> None:
    """PostgreSQL's ``OPERATOR(pg_catalog.=)``, which binds as an operator that is not listed."""
    inside = parser.inside()
    if not inside:
        raise NotUnderstood
    sign = inside[-1].text
    name, _ = parser.grammar.binary.get(sign, (sign, 0))
    _binary(parser, name, parser.grammar.other)


def _is(parser: Parser) -> None:
    """IS [NOT] NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM, and what else servers have."""
    fold, level = parser.fold, parser.grammar.is_
    negated = parser.accept("NOT")
    word = parser.peek().word
    if parser.accept("DISTINCT", "FROM"):
        parser.operator(Operator("is" if negated else "not is", level))
        return
    if fold.family is Family.SQLITE and word not in ("NULL", "TRUE", "FALSE"):
        parser.operator(Operator("not is" if negated else "is", level))
        return
    parser.place += 1
    if word == "NULL":
        found = fold.null_test(parser.postfix(level))
    elif word in _TRUTHS:
        found = fold.is_truth(parser.postfix(level), _TRUTHS[word])
    elif word in ("DOCUMENT", "NORMALIZED", "JSON"):
        if parser.peek().word in ("OBJECT", "ARRAY", "SCALAR", "VALUE"):
            parser.place += 1
        found = fold.keys.made(f"is {word}", (parser.postfix(level),))
    else:
        raise NotUnderstood
    parser.push(fold.negated(found) if negated else found)


def _between(parser: Parser, negated: bool) -> None:
    """BETWEEN [SYMMETRIC], which waits for its AND."""
    name = "between symmetric" if parser.accept("SYMMETRIC") else "between"
    parser.accept("ASYMMETRIC")
    parser.frame.reduce(parser.fold, parser.grammar.test)
    parser.frame.operators.append(Operator(f"not {name}" if negated else name, parser.grammar.test, half=True))
    parser.wanting = True


def _in(parser: Parser, negated: bool) -> None:
    """IN a list, a subquery or, in SQLite, a table."""
    left = parser.postfix(parser.grammar.test)
    fold = parser.fold
    if parser.opens_query() or _doubled(parser):
        found = subquery.among(fold, left, parser.inside(), parser.nested)
    elif parser.peek().kind is not Kind.OPEN:
        if fold.family is not Family.SQLITE:
            raise NotUnderstood
        found = subquery.among(fold, left, _all_of(parser), parser.nested)
    elif _literals(parser, left):
        parser.inside()
        found = fold.keys.made("in list", (left, fold.keys.unknown()))
    else:
        parser.place += 1
        parser.open(Frame(Opened.LIST, head=left, negated=negated))
        parser.wanting = parser.peek().kind is not Kind.CLOSE
        return
    parser.push(fold.negated(found) if negated else found)


def _doubled(parser: Parser) -> bool:
    """``IN ((SELECT ..))``, which is one bracket more; to SQLite it is a list of one value."""
    if parser.fold.family is Family.SQLITE or parser.peek().kind is not Kind.OPEN or not parser.opens_query(1):
        return False
    return parser.closing[parser.place + 1] + 1 == parser.closing[parser.place]


def _all_of(parser: Parser) -> list[Token]:
    """SQLite's ``IN t`` as the query that it stands for."""
    first = parser.place
    fold_name(parser)
    while parser.peek().kind is Kind.DOT:
        parser.place += 1
        fold_name(parser)
    start = parser.tokens[first].start
    head = [Token(Kind.WORD, "SELECT", start, "SELECT"), Token(Kind.OPERATOR, "*", start, "")]
    return [*head, Token(Kind.WORD, "FROM", start, "FROM"), *parser.tokens[first : parser.place]]


def _literals(parser: Parser, left: Value) -> bool:
    """Whether a long list of nothing but literals follows a column: it restricts, whatever they are."""
    start, end = parser.place + 1, parser.closing[parser.place]
    if end - start < LONG or left.constant is not None or left.items is not None:
        return False
    return {token[0] for token in parser.tokens[start:end]} <= {Kind.NUMBER, Kind.STRING, Kind.COMMA}
