"""Names of types, as they stand behind ``::`` and AS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safesql.guard.predicate.fold import NotUnderstood
from safesql.guard.predicate.units import UNITS
from safesql.sql.token import Kind

if TYPE_CHECKING:
    from safesql.guard.predicate.parser import Parser

_SECOND = {"DOUBLE": "PRECISION", "CHARACTER": "VARYING", "CHAR": "VARYING", "BIT": "VARYING", "SIGNED": "INTEGER",
           "UNSIGNED": "INTEGER", "NATIONAL": "CHARACTER"}


def type_name(parser: Parser, *, optional: bool = False) -> str:
    """Step over a type; its name in upper case, with its modifiers. ``optional`` takes units of an INTERVAL only."""
    if optional:
        _units(parser)
        return "INTERVAL"
    first = parser.peek()
    if first.kind not in (Kind.WORD, Kind.NAME):
        raise NotUnderstood
    name = _path(parser)
    second = _SECOND.get(name)
    if second and parser.accept(second):
        name = name if second == "INTEGER" else f"{name} {second}"
    name += _modifiers(parser)
    if parser.accept("CHARACTER", "SET") or parser.accept("CHARSET"):
        parser.place += 1
    if name.startswith(("TIMESTAMP", "TIME")):
        name += _zone(parser)
    if name == "INTERVAL":
        _units(parser)
    while parser.peek().text == "[" or parser.peek().word == "ARRAY":
        name += "[]"
        if parser.accept("ARRAY"):
            continue
        parser.inside()
    return name


def _path(parser: Parser) -> str:
    """The last part of a qualified name."""
    name = parser.peek().text.strip('"').upper()
    parser.place += 1
    while parser.peek().kind is Kind.DOT and parser.peek(1).kind in (Kind.WORD, Kind.NAME):
        name = parser.peek(1).text.strip('"').upper()
        parser.place += 2
    return name


def _modifiers(parser: Parser) -> str:
    """``(10, 2)``."""
    if parser.peek().text != "(":
        return ""
    return "(" + ",".join(token.text for token in parser.inside()) + ")"


def _zone(parser: Parser) -> str:
    """WITH or WITHOUT TIME ZONE."""
    for word in ("WITH", "WITHOUT"):
        if parser.accept(word, "TIME", "ZONE"):
            return f" {word} TIME ZONE"
    return ""


def _units(parser: Parser) -> None:
    """``YEAR TO MONTH``, ``SECOND(3)``."""
    while parser.peek().word in UNITS or parser.peek().word == "TO":
        parser.place += 1
        _modifiers(parser)
