"""The one text of a plan: TOML in a fixed order, one thing a line, made to be read as a diff; and back.

https://toml.io/en/v1.0.0: what is empty is left out, so that the same plan always has the same bytes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from safesql.store.plan.plan import FORMAT, Plan

TABLES = {"target": "target", "files": "file", "steps": "statement", "shapes": "table"}
"""Fields of a plan that are tables of their own, by the name of the table."""
WIDE = 100                # characters of a list on one line


def text_of(plan: Plan) -> str:
    """The text; ``plan_of`` gives the same plan back."""
    return "\n".join(_lines(plan)) + "\n"


def plan_of(text: str) -> Plan:
    """The plan; raises ValueError with a sentence for anything that ``text_of`` would not have written."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is no TOML: {error}") from error
    if values.get("format") != FORMAT:
        raise ValueError(f"its format is {values.get('format')!r}, and this version of safesql reads format {FORMAT}")
    for name, table in TABLES.items():
        if name != table and table in values:
            values[name] = values.pop(table)
    plan = _read(Plan, values)
    if not isinstance(plan, Plan) or text_of(plan) != text:
        raise ValueError("it is not as safesql writes it")
    return plan


def _lines(plan: Plan) -> Iterator[str]:
    """Plain values first, as TOML wants it, then the tables in the order of the fields."""
    yield f"format = {plan.format}"
    yield from _values(plan, leave=(*TABLES, "format"))
    for name, table in TABLES.items():
        value = getattr(plan, name)
        for each in value if isinstance(value, tuple) else (value,):
            yield ""
            yield f"[[{table}]]" if isinstance(value, tuple) else f"[{table}]"
            yield from _values(each)


def _values(of: Any, leave: tuple[str, ...] = ()) -> Iterator[str]:
    """A line for each field that says something; lists that are long go over several lines."""
    for name, value in _said(of):
        if name in leave:
            continue
        short = f"{name} = {_value(value)}"
        if not isinstance(value, tuple) or (len(short) <= WIDE and len(value) < 2 + 2 * (name == "tables")):
            yield short
            continue
        yield f"{name} = ["
        for each in value:
            yield f"    {_value(each)},"
        yield "]"


def _said(of: Any) -> Iterator[tuple[str, Any]]:
    """Fields that are not what is understood when they are missing."""
    for each in fields(of):
        value = getattr(of, each.name)
        if each.default is MISSING or value != each.default:
            yield each.name, value


def _value(value: Any) -> str:
    """One value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    return "{ " + ", ".join(f"{name} = {_value(inner)}" for name, inner in _said(value)) + " }"


def _quoted(text: str) -> str:
    """A basic string in which nothing is invisible: what a reviewer could not see is spelled out."""
    return '"' + "".join(_character(character) for character in text) + '"'


def _character(character: str) -> str:
    """One character; half of a surrogate pair is no character and becomes a question mark."""
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "?"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _read(kind: Any, value: Any) -> Any:
    """A value of the type that a field has; raises ValueError for another."""
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} should be a list")
        return tuple(_read(get_args(kind)[0], each) for each in value)
    if get_origin(kind) is UnionType:
        return _read(get_args(kind)[0], value)
    if is_dataclass(kind):
        return _table(kind, value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not what should stand there")
    return value


def _table(kind: Any, value: Any) -> Any:
    """A dataclass from a table."""
    hints = get_type_hints(kind)
    if not isinstance(value, dict) or not value.keys() <= hints.keys():
        raise ValueError(f"{value!r} has something in it that a plan has not")
    missing = [each.name for each in fields(kind) if each.default is MISSING and each.name not in value]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    return kind(**{name: _read(hints[name], each) for name, each in value.items()})
