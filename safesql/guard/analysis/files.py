"""COPY and LOAD: rows that come from or go to files, programs and the client."""

from __future__ import annotations

from safesql.guard.analysis.names import name_at
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Extent, Reach
from safesql.slotted import replace


def copy(phrase: Phrase) -> Effect:
    """COPY t FROM .., COPY t | (query) TO .."""
    at = phrase.lo + 1
    at += phrase.word(at) == "BINARY"
    name, end = name_at(phrase, at)
    direction = phrase.find(frozenset({"FROM", "TO"}), end)
    word = phrase.word(direction)
    if word not in ("FROM", "TO"):
        return phrase.opaque("a COPY that is not understood")
    if word == "FROM":
        effect = replace(phrase.effect("COPY FROM", Reach.ROWS, name, "table"), target_at=phrase.sub(at, end).span())
    else:
        effect = phrase.effect("COPY TO", Reach.READ, name, "table")
    outside = _outside(phrase, direction)
    return spread(effect, *nested(phrase), *([outside] if outside is not None else []))


def _outside(phrase: Phrase, at: int) -> Effect | None:
    """The file or program at the other end; the client's own streams are none."""
    if phrase.word(at + 1) == "PROGRAM":
        return replace(phrase.effect("PROGRAM", Reach.SERVER, None, "program"), note="runs a program on the server")
    if phrase.word(at + 1) in ("STDIN", "STDOUT"):
        return None
    reads = phrase.word(at) == "FROM"
    kind, note = ("file-read", "reads a file of the server") if reads else ("file", "writes a file on the server")
    return replace(phrase.effect("FILE", Reach.SERVER, None, kind), note=note)


def load(phrase: Phrase) -> Effect:
    """MySQL: LOAD DATA | XML .. [REPLACE] INTO TABLE t; LOAD INDEX; PostgreSQL: LOAD 'library'."""
    kind = phrase.word(phrase.lo + 1)
    if kind == "INDEX":
        return phrase.effect("LOAD INDEX", Reach.SESSION)
    if kind not in ("DATA", "XML"):
        note = "loads code into the server"
        return replace(phrase.effect("LOAD", Reach.SERVER, None, "program"), note=note)
    into = phrase.find(frozenset({"INTO"}))
    if not phrase.has(into, "INTO", "TABLE"):
        return phrase.opaque("a LOAD DATA that is not understood")
    name, end = name_at(phrase, into + 2)
    effect = replace(
        phrase.effect(f"LOAD {kind}", Reach.ROWS, name, "table"), target_at=phrase.sub(into + 2, end).span()
    )
    parts = list(nested(phrase.sub(end, phrase.hi)))
    if phrase.word(into - 1) == "REPLACE":
        note = "rows with the keys of the file are replaced"
        parts.append(Effect("REPLACE", Reach.ROWS, phrase.span(), name, "table", Extent.UNKNOWN, note))
    if "LOCAL" not in {phrase.word(index) for index in range(phrase.lo, into)}:
        note = "reads a file of the server"
        parts.append(replace(phrase.effect("FILE", Reach.SERVER, None, "file-read"), note=note))
    return spread(effect, *parts)
