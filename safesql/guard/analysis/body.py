"""Whether a stored program's body ends where its statement ends: what stands behind it would run at once."""

from __future__ import annotations

from safesql.guard.analysis.control import head
from safesql.guard.analysis.declarations import after_label
from safesql.guard.analysis.phrase import Phrase
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

BODIES = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "PACKAGE", "LIBRARY", "RULE", "AGGREGATE"})
"""What a CREATE may define by statements of its own; of these, ALTER takes only EVENT."""
CHARACTERISTICS = frozenset({
    "LANGUAGE", "SQL", "NOT", "DETERMINISTIC", "CONTAINS", "NO", "READS", "MODIFIES", "DATA", "SECURITY", "DEFINER",
    "INVOKER", "COMMENT", "RETURNS", "UNSIGNED", "SIGNED", "ZEROFILL", "BINARY", "VARYING", "PRECISION", "CHARACTER",
    "ASCII", "UNICODE", "SET", "CHARSET", "COLLATE", "FOLLOWS", "PRECEDES",
})
"""Words between the name of a routine or trigger and its body; SET begins a body where CHARACTER is not before it."""
NAMING = frozenset({"RETURNS", "CHARSET", "COLLATE", "FOLLOWS", "PRECEDES"})
"""Words of a head that a name or a type follows."""
OPENS = frozenset({"BEGIN", "IF", "CASE", "LOOP", "REPEAT", "WHILE", "FOR"})
CLOSES = frozenset({"END", "UNTIL"})
DECLARED = frozenset({"AS", "IS", "DECLARE"})
PACKED = frozenset({"PROCEDURE", "FUNCTION", "AS", "IS"})      # of which a package is made
LAST = 3                   # tokens: END, then at most IF or its kin, and a label
BEGIN, ROW, DO = frozenset({"BEGIN"}), frozenset({"ROW"}), frozenset({"DO"})


def closes_at_end(phrase: Phrase, kind_at: int) -> bool:
    """True when no semicolon stands outside of the one statement that is the body.

    A BEGIN opens, and an END closes, where a statement begins: anywhere else they may be names.
    """
    body = phrase.sub(_body_at(phrase, kind_at), phrase.hi)
    semicolons = [at for at in phrase.tops() if phrase.kind(at) is Kind.SEMICOLON]
    if not semicolons or semicolons[0] < body.lo:
        return not semicolons
    pieces = body.split(Kind.SEMICOLON)
    package = phrase.word(kind_at) == "PACKAGE"
    if body.word(body.lo) in DECLARED and not package:
        pieces = _without_declarations(pieces)
    depth = int(package)                                       # its AS opens, and the last END closes
    for piece in pieces:
        depth = _depth_after(piece, depth)
        if depth <= 0 and piece is not pieces[-1]:
            return False
    return depth == 0 and bool(pieces)


def _body_at(phrase: Phrase, kind_at: int) -> int:
    """Where the body begins, as far as the words before it are those of a head."""
    if phrase.family is not Family.MYSQL:
        return _begin(phrase, kind_at)
    kind = phrase.word(kind_at)
    if kind == "EVENT":
        return phrase.find(DO, kind_at) + 1
    at = phrase.find(ROW, kind_at) + 1 if kind == "TRIGGER" else _after_name(phrase, kind_at + 1)
    while phrase.word(at) in CHARACTERISTICS or phrase.kind(at) is Kind.STRING:
        if phrase.word(at) == "SET" and phrase.word(at - 1) != "CHARACTER":
            break
        at += 2 if phrase.word(at) in (*NAMING, "SET") else 1
        at = phrase.after(at) if phrase.kind(at) is Kind.OPEN else at
    return at


def _begin(phrase: Phrase, at: int) -> int:
    """The BEGIN of a trigger of SQLite, the BEGIN ATOMIC of a function of PostgreSQL."""
    at = phrase.find(BEGIN, at)
    while at < phrase.hi and phrase.family is Family.POSTGRES and phrase.word(at + 1) != "ATOMIC":
        at = phrase.find(BEGIN, at + 1)
    return at


def _after_name(phrase: Phrase, at: int) -> int:
    """The index after the name and the parameters of a routine, and in ORACLE mode after the type it returns."""
    while phrase.word(at) in ("FUNCTION", "BODY", "IF", "NOT", "EXISTS"):
        at += 1
    at += 1
    while phrase.kind(at) is Kind.DOT:
        at += 2
    at = phrase.after(at) if phrase.kind(at) is Kind.OPEN else at
    if phrase.word(at) == "RETURN":
        at = phrase.after(at + 2) if phrase.kind(at + 2) is Kind.OPEN else at + 2
    return at


def _without_declarations(pieces: list[Phrase]) -> list[Phrase]:
    """The body of ORACLE mode from its BEGIN on."""
    rest = [pieces[0].sub(pieces[0].lo + 1, pieces[0].hi), *pieces[1:]]
    begins = [index for index, piece in enumerate(rest) if piece.word(piece.lo) == "BEGIN"]
    return rest[begins[0] :] if begins else []


def _depth_after(piece: Phrase, depth: int) -> int:
    """How many compound statements are open after a piece; negative where one is closed that something follows."""
    at: int | None = after_label(piece, piece.lo)
    while at is not None and at < piece.hi:
        word = piece.word(at)
        if word in CLOSES:
            return depth - 1 if word == "UNTIL" or piece.hi - at <= LAST else -1
        depth += word in OPENS
        at = piece.find(DECLARED, at) + 1 if word in PACKED else head(piece, at)
        at = after_label(piece, at) if at is not None else None
    return depth
