"""Operands: literals, names, calls, brackets, CASE, subqueries, and the prefix operators before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safesql.guard.predicate import literal, special, subquery
from safesql.guard.predicate.cast import converted
from safesql.guard.predicate.fold import Fold, NotUnderstood
from safesql.guard.predicate.frames import Frame, Opened, Operator
from safesql.guard.predicate.parts import part_of
from safesql.guard.predicate.units import CONSTANTS, FILLERS, NEVER_NAMES, SESSION, UNIT_FIRST
from safesql.guard.predicate.value import NULL, Constant, Depends, Sort, Value
from safesql.sql.dialect import Family
from safesql.sql.token import Kind, Token

if TYPE_CHECKING:
    from safesql.guard.predicate.parser import Parser


_SYSTEM = frozenset("ctid tableoid xmin cmin rowid".split())     # never NULL
_ODBC = {"D": "DATE", "T": "TIME", "TS": "TIMESTAMP"}         # {d '2024-01-01'}
_COMPARING = frozenset(("=", "==", "<>", "!=", "<", "<=", ">", ">="))
_MUST_QUOTE = frozenset("INDEX TABLE KEY VALUES DELETE UPDATE INSERT CREATE DROP ALTER DEFAULT CHECK ADD TO BY".split())


def operand(parser: Parser, token: Token) -> None:
    """Read what stands where an operand is wanted."""
    fold = parser.fold
    match token.kind:
        case Kind.NUMBER:
            parser.place += 1
            constant = literal.number(token.text, fold.family)
            parser.push(fold.keys.constant(constant) if constant else session(fold, token.text))
        case Kind.STRING:
            parser.push(strings(parser))
        case Kind.PARAMETER:
            parser.place += 1
            parser.push(fold.keys.unknown() if token.text in ("?", "%s") else session(fold, token.text))
        case Kind.OPEN:
            _bracket(parser, token)
        case Kind.OPERATOR:
            _prefix(parser, token)
        case Kind.NAME:
            _name(parser)
        case Kind.WORD:
            _word(parser, token)
        case _:
            raise NotUnderstood


def session(fold: Fold, text: str) -> Value:
    """Something that is the same for every row and equal to itself."""
    return Value(Depends.SESSION, fold.keys.of("text", text))


def null(fold: Fold) -> Value:
    """The constant NULL."""
    return fold.keys.constant(NULL)


def row(fold: Fold, kind: str, items: tuple[Value, ...]) -> Value:
    """A row value or an array."""
    depends = max((item.depends for item in items), default=Depends.NOTHING)
    return Value(max(depends, Depends.SESSION), fold.keys.of(kind, *(item.key for item in items)), items=items)


def strings(parser: Parser) -> Value:
    """A string, or several that stand together as one."""
    fold, first = parser.fold, parser.peek()
    texts = []
    while parser.peek().kind is Kind.STRING:
        texts.append(parser.peek().text)
        parser.place += 1
    if parser.peek().word == "UESCAPE":
        parser.place += 2
        return session(fold, " ".join(texts) + parser.peek(-1).text)
    known = [literal.string(text, fold.dialect) for text in texts]
    pieces = [each.value for each in known if each is not None and isinstance(each.value, str)]
    if len(texts) == 1 and known[0] is not None:
        return fold.keys.constant(known[0])
    if len(pieces) == len(texts) and first.text[:1] in "'\"":
        sort = Sort.LITERAL if fold.family is Family.POSTGRES else Sort.TEXT
        return fold.keys.constant(Constant(sort, "".join(pieces)))
    return session(fold, " ".join(texts))


def _bracket(parser: Parser, token: Token) -> None:
    """A group, a row, a subquery."""
    if token.text == "[" and parser.frame.opened is Opened.ARRAY:
        parser.place += 1
        parser.open(Frame(Opened.ARRAY))
        parser.wanting = parser.peek().kind is not Kind.CLOSE
        return
    if token.text == "{" and parser.fold.family is Family.MYSQL and parser.peek(1).word in _ODBC:
        braced = parser.inside()
        if [each.kind for each in braced] != [Kind.WORD, Kind.STRING]:
            raise NotUnderstood
        text = literal.string(braced[1].text, parser.fold.dialect)
        value = session(parser.fold, braced[1].text) if text is None else parser.fold.keys.constant(text)
        parser.push(converted(parser.fold, value, _ODBC[braced[0].word]))
        return
    if token.text != "(":
        raise NotUnderstood
    if parser.opens_query():
        parser.push(subquery.scalar(parser.fold, parser.inside(), parser.nested))
        return
    parser.place += 1
    parser.open(Frame(Opened.GROUP))


def _prefix(parser: Parser, token: Token) -> None:
    """An operator before its operand; ``count(*)``."""
    parser.place += 1
    if token.text == "*" and parser.frame.opened is Opened.CALL and parser.peek().kind is Kind.CLOSE:
        parser.wanting = False
        return
    name, level = parser.grammar.prefix.get(token.text, (f"prefix {token.text}", parser.grammar.other))
    parser.frame.operators.append(Operator(name, level, operands=1))


def _word(parser: Parser, token: Token) -> None:
    """A word where an operand is wanted: most are names."""
    word, following = token.word, parser.peek(1)
    if following.kind is Kind.DOT:
        _name(parser)
    elif word in parser.grammar.prefix:
        _prefix(parser, Token(Kind.OPERATOR, word, token.start))
    elif word in CONSTANTS and following.kind is not Kind.OPEN:
        parser.place += 1
        parser.push(_constant(parser.fold, word))
    elif not special.special(parser, word):
        _ordinary(parser, word)


def _ordinary(parser: Parser, word: str) -> None:
    """A word with no grammar of its own."""
    if word in SESSION and not (word == "USER" and parser.fold.family is not Family.POSTGRES):
        _session_word(parser)
    elif (word in FILLERS and parser.frame.opened is Opened.CALL) or (word == "FROM" and parser.frame.name == "TRIM"):
        parser.place += 1
    elif word in NEVER_NAMES and parser.peek(1).kind is not Kind.OPEN:
        raise NotUnderstood
    else:
        _name(parser)


def _constant(fold: Fold, word: str) -> Value:
    """TRUE, FALSE, NULL."""
    holds = CONSTANTS[word]
    return null(fold) if holds is None else fold.verdict(holds=holds)


def _session_word(parser: Parser) -> None:
    """CURRENT_DATE and its kin, with or without brackets."""
    word = parser.peek().word
    parser.place += 1
    if parser.peek().kind is Kind.OPEN:
        parser.inside()
    parser.push(session(parser.fold, word))


def _name(parser: Parser) -> None:
    """A column, a call, or a type before a string."""
    fold, parts = parser.fold, [fold_name(parser)]
    quoted = parser.peek(-1).kind is Kind.NAME
    while parser.peek().kind is Kind.DOT:
        parser.place += 1
        if parser.peek().text == "*":
            parser.place += 1
            parts.append("*")
            break
        parts.append(fold_name(parser))
    if parser.peek().kind is Kind.OPEN and parser.peek().text == "(":
        _call(parser, parts[-1].upper())
    elif parser.peek().kind is Kind.STRING and not quoted and len(parts) == 1:
        typed(parser, parts[0])
    elif quoted and len(parts) == 1 and fold.quoted_texts and _may_be_text(parser, parts[0]):
        parser.push(fold.keys.constant(Constant(Sort.TEXT, parser.peek(-1).text[1:-1].replace('""', '"'))))
    else:
        parser.push(column(fold, tuple(parts)))


def fold_name(parser: Parser) -> str:
    """One part of a name."""
    token = parser.peek()
    if token.kind not in (Kind.WORD, Kind.NAME):
        raise NotUnderstood
    parser.place += 1
    return parser.fold.scope.folded(token)


def column(fold: Fold, parts: tuple[str, ...]) -> Value:
    """A column; the target's own are named without their table, so that ``t.id`` is ``id``."""
    depends = fold.scope.depends(parts)
    if depends is Depends.ROW:
        name = parts[-1]
        if fold.family is Family.SQLITE and name in ("oid", "_rowid_"):
            name = "rowid"
        return Value(depends, fold.keys.column(_own_name(fold, parts, name)), sure=name in _SYSTEM)
    return Value(depends, fold.keys.of("other", *parts[-2:]))


def _own_name(fold: Fold, parts: tuple[str, ...], name: str) -> str:
    """What the written table calls a column that comes through a subquery."""
    renamed, scope = fold.scope.renamed, fold.scope
    if renamed is None or (len(parts) > 1 and parts[-2].casefold() != scope.target.names[0]):
        return name
    known = renamed.get(name, "" if len(parts) > 1 else name)
    if not known:
        raise NotUnderstood
    return known


def _may_be_text(parser: Parser, name: str) -> bool:
    """Whether SQLite may take "x" for a string: no column is known by that name, and it needs no quotes as one.

    Nobody means a string who compares it with a number, or gives it a collation.
    """
    columns, token = parser.fold.scope.target.columns, parser.peek(-1)
    if columns is not None:
        return name not in {each.casefold() for each in columns}
    if parser.peek().word == "COLLATE" or _beside_number(parser):
        return False
    return token.text.startswith('"') and name.upper() not in NEVER_NAMES and name.upper() not in _MUST_QUOTE


def _beside_number(parser: Parser) -> bool:
    """Whether the name just read is compared with a number: ``> 5``, ``BETWEEN 1 AND``, ``NOT IN (1,``."""
    at = 1 if parser.peek().word == "NOT" else 0
    if parser.peek(at).text not in _COMPARING and parser.peek(at).word not in ("BETWEEN", "IN"):
        return parser.peek(-3).kind is Kind.NUMBER and parser.peek(-2).text in _COMPARING
    at += 1
    while parser.peek(at).text in ("(", "-", "+"):
        at += 1
    return parser.peek(at).kind is Kind.NUMBER


def typed(parser: Parser, name: str) -> None:
    """``DATE '2024-01-01'``, ``_utf8mb4 'x'``."""
    fold = parser.fold
    value = strings(parser)
    if name.startswith("_"):
        parser.push(value)
    elif fold.family is Family.SQLITE:
        raise NotUnderstood
    else:
        parser.push(converted(fold, value, name.upper()))


def _call(parser: Parser, name: str) -> None:
    """A function and its arguments."""
    parser.place += 1
    following = parser.peek(1)
    if name == "EXTRACT" and following.word == "FROM":
        name = part_of(parser.peek().text)
        parser.place += 2
    elif name in UNIT_FIRST and following.kind is Kind.COMMA:
        parser.place += 2
    parser.open(Frame(Opened.CALL, name))
    if parser.peek().kind is Kind.CLOSE:
        parser.wanting = False
