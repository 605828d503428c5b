"""JSON in cells laid out over several lines, with its own digits, keys and their order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from safesql.result import Cell, Chunk, Result

LONGEST = 1_000_000        # characters; longer texts stay as they are
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = "  "
_OPENING, _CLOSING = frozenset("[{"), frozenset("]}")


def indented(result: Result) -> Result:
    """The same result; cells that are JSON objects or arrays are laid out, whatever the type of their column."""
    return Result(result.columns, _chunks(result), result.summary, result.following)


def _chunks(result: Result) -> Iterator[Chunk]:
    """Chunk by chunk."""
    for chunk in result:
        yield [tuple(map(_cell, row)) for row in chunk]


def _cell(cell: Cell) -> Cell:
    """One cell."""
    if not isinstance(cell, str) or cell.lstrip()[:1] not in ("{", "[") or len(cell) > LONGEST:
        return cell
    try:
        json.loads(cell, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return cell
    return laid_out(cell)


def laid_out(text: str) -> str:
    """Valid JSON with a line for each member; nothing but blanks between its tokens is changed."""
    parts = _TOKENS.findall(text)
    lines, depth = [""], 0
    for part, before, after in zip(parts, ["", *parts], [*parts[1:], ""], strict=False):
        if part in _CLOSING and before not in _OPENING:
            depth -= 1
            lines.append(_STEP * depth)
        lines[-1] += ": " if part == ":" else part
        opens = part in _OPENING and after not in _CLOSING
        depth += opens
        if opens or part == ",":
            lines.append(_STEP * depth)
    return "\n".join(lines)
