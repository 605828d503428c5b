"""Statements that run text, or what was prepared: judged by the text where it is literal, opaque where it is not."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.analysis.literal import Choice, Piece, Variable, literal, pieces
from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import located, nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.analysis.template import judged
from safesql.guard.analysis.variables import values_of
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind


def prepare(phrase: Phrase) -> Effect:
    """PREPARE p FROM 'text' and PREPARE p [(types)] AS statement: nothing runs yet, ``later`` holds what will."""
    name, at = name_at(phrase, phrase.lo + 1)
    if phrase.kind(at) is Kind.OPEN:
        at = phrase.after(at)
    effect = phrase.effect("PREPARE", Reach.SESSION, name, "prepared")
    if phrase.word(at) == "AS" and phrase.family is Family.POSTGRES:
        return replace(effect, later=(phrase.inner(at + 1, phrase.hi),))
    if phrase.word(at) == "FROM" and phrase.family is Family.MYSQL:
        return replace(effect, later=(run_text(phrase.sub(at + 1, phrase.hi)),))
    return phrase.opaque("a PREPARE that is not understood")


def run_text(expression: Phrase) -> Effect:
    """What the text of an expression does; where variables are part of it, ``later`` names them for who knows them."""
    known = _known(expression) or _assigned(expression)
    if known is not None:
        return located(known, expression)
    opaque = expression.opaque("the statement is put together at run time", "dynamic")
    return replace(opaque, later=template(expression, pieces(expression) or []))


def _known(expression: Phrase) -> Effect | None:
    """What a text does that is a literal, or whose shape tells enough."""
    text = literal(expression)
    if text is None:
        return judged(expression)
    return expression.code.reader.text(text, expression.dialect, expression.depth + 1)


def _assigned(expression: Phrase) -> Effect | None:
    """What a variable of a body runs: each of the texts that the body gives it."""
    if expression.hi - expression.lo != 1 or expression.family is not Family.POSTGRES:
        return None
    values = values_of(expression.code.tokens[expression.lo], expression)
    texts = [_known(value) for value in values or ()]
    known = [text for text in texts if text is not None]
    if not known or len(known) < len(texts):
        return None
    return spread(expression.effect("EXECUTE", Reach.SESSION), *known)


def template(place: Phrase, found: Iterable[Piece]) -> tuple[Effect, ...]:
    """The pieces of a text as effects that do nothing, each with its text, its name, or the texts it may be."""
    return tuple(_piece(place, piece) for piece in found)


def _piece(place: Phrase, piece: Piece) -> Effect:
    """A literal with its text, a variable with its name, a choice with the templates of its texts."""
    if isinstance(piece, Variable):
        return place.effect("TEXT", Reach.SESSION, Name((piece.name,)), "variable")
    effect = place.effect("TEXT", Reach.SESSION)
    if isinstance(piece, Choice):
        texts = (replace(effect, later=template(place, text)) for text in piece.texts)
        return replace(effect, kind="choice", later=tuple(texts))
    return replace(effect, text=piece)


def execute(phrase: Phrase) -> Effect:
    """EXECUTE p: what p does is known to whoever saw it prepared; EXECUTE IMMEDIATE: what its text does."""
    at = phrase.lo + 1
    if phrase.word(at) == "IMMEDIATE":
        end = phrase.find(frozenset({"USING", "INTO"}), at)
        return spread(
            phrase.effect("EXECUTE", Reach.SESSION),
            run_text(phrase.sub(at + 1, end)),
            *nested(phrase.sub(end, phrase.hi)),
        )
    name, end = name_at(phrase, at)
    if name is None:
        return phrase.opaque("an EXECUTE that is not understood")
    note = "what was prepared under this name is not known"
    unknown = Effect("EXECUTE", Reach.OPAQUE, phrase.span(), name, "prepared", Extent.UNKNOWN, note)
    return spread(unknown, *nested(phrase.sub(end, phrase.hi)))


def deallocate(phrase: Phrase) -> Effect:
    """DEALLOCATE [PREPARE] p, and MySQL's DROP PREPARE p."""
    at = phrase.lo + 1
    at += phrase.word(at) == "PREPARE"
    return phrase.effect("DEALLOCATE", Reach.SESSION, name_at(phrase, at)[0], "prepared")


def call(phrase: Phrase) -> Effect:
    """CALL: the body of the routine decides, and the text does not show it."""
    name, end = name_at(phrase, phrase.lo + 1)
    note = "what the routine does is not in the text"
    unknown = Effect("CALL", Reach.OPAQUE, phrase.span(), name, "routine", Extent.UNKNOWN, note, commits=False)
    return spread(unknown, *nested(phrase.sub(end, phrase.hi)))


def do(phrase: Phrase) -> Effect:
    """PostgreSQL: DO [LANGUAGE x] 'body'; MySQL: DO expression, a SELECT without an answer."""
    if phrase.family is not Family.POSTGRES:
        return spread(phrase.effect("DO", Reach.READ), *nested(phrase))
    language, bodies, at = "plpgsql", [], phrase.lo + 1
    while at < phrase.hi:
        if phrase.word(at) == "LANGUAGE":
            language, at = phrase.text(at + 1).strip("'\"").lower(), at + 2
            continue
        bodies.append(at)
        at += 1
    text = (
        literal(phrase.sub(bodies[0], bodies[-1] + 1)) if bodies and bodies[-1] - bodies[0] == len(bodies) - 1 else None
    )
    if text is None or language not in ("plpgsql", "sql"):
        return phrase.opaque(f"a DO block in {language}" if text is not None else "a DO block that is not understood")
    place = phrase.sub(bodies[0], bodies[-1] + 1)
    body = phrase.code.reader.body(text, phrase.dialect, phrase.depth + 1)
    return spread(phrase.effect("DO", Reach.SESSION), located(body, place))
