"""EXPLAIN FORMAT=JSON of MySQL and MariaDB as steps: what is an object there is a step here, whatever it is called.

https://dev.mysql.com/doc/refman/8.4/en/explain-output.html, https://mariadb.com/kb/en/explain-format-json/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from safesql.formats.plan import Step

_Object = dict[str, Any]
_HOW = {
    "ALL": "full scan of {table}",
    "index": "full scan of index {key} of {table}",
    "range": "range of index {key} of {table}",
    "ref": "look-up by index {key} of {table}",
    "ref_or_null": "look-up by index {key} of {table}, or NULL",
    "eq_ref": "one row by index {key} of {table}",
    "const": "one row by index {key} of {table}",
    "system": "the one row of {table}",
    "fulltext": "full text index {key} of {table}",
}
_NO_STEPS = frozenset({"cost_info", "r_engine_stats", "query_optimization", "query_parameters"})
_NOTES = (
    "message", "attached_condition", "condition", "index_condition", "having_condition", "sort_key", "group_by_list",
    "ref", "partitions", "operation",
)  # fmt: skip
_FLAGS = ("using_index", "using_temporary_table", "using_filesort", "first_match", "distinct")


def steps(text: str) -> tuple[Step, ...]:
    """Of the whole statement; raises ValueError for a text that is no plan."""
    found = json.loads(text)
    parts = tuple(_parts(found)) if isinstance(found, dict) else ()
    if not parts:
        raise ValueError("no plan")
    return parts


def _parts(node: _Object) -> Iterator[Step]:
    """The objects in an object, those in lists too."""
    for key, value in node.items():
        if isinstance(value, dict) and key not in _NO_STEPS:
            yield _step(key, value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from _listed(key, value)


def _listed(key: str, values: list[_Object]) -> Iterator[Step]:
    """A list: objects that only hold others stand for those; of a join there is one step around them."""
    parts = tuple(part for value in values for part in (_parts(value) if _holds(value) else (_step(key, value),)))
    if key == "nested_loop" and len(parts) > 1:
        yield Step("nested loop", parts=parts)
    else:
        yield from parts


def _holds(node: _Object) -> bool:
    """Whether there is nothing in it but other objects."""
    return all(isinstance(value, dict) for value in node.values())


def _step(key: str, node: _Object) -> Step:
    """One object."""
    whole = node.get("access_type") == "ALL" and not str(node.get("table_name", "<")).startswith("<")
    return Step(
        _label(key, node),
        cost=_cost(node),
        rows=_first(node, "rows", "rows_examined_per_scan", "estimated_rows"),
        came=_came(node),
        milliseconds=_milliseconds(node),
        notes=tuple(_notes(node)),
        scanned=(str(node["table_name"]),) if whole else (),
        parts=tuple(_parts(node)),
    )


def _label(key: str, node: _Object) -> str:
    """``SELECT 2``, ``full scan of orders``, ``temporary table``."""
    if key == "query_block":
        return f"SELECT {node.get('select_id', '')}".strip()
    if "table_name" in node:
        verb = next((f"{word} " for word in ("delete", "update", "insert", "replace") if node.get(word)), "")
        how = _HOW.get(str(node.get("access_type", "")), "{table}")
        return verb + how.format(table=node["table_name"], key=node.get("key", ""))
    return key.replace("_", " ")


def _cost(node: _Object) -> float | None:
    """Of the block, or of the tables up to this one."""
    info = node.get("cost_info")
    found = _first(info, "query_cost", "prefix_cost") if isinstance(info, dict) else None
    return found if found is not None else _first(node, "cost")


def _came(node: _Object) -> float | None:
    """Rows of all loops; MariaDB tells the mean of one."""
    rows = _first(node, "r_rows")
    return None if rows is None else rows * (_first(node, "r_loops") or 0.0)


def _milliseconds(node: _Object) -> float | None:
    """The whole time of it, or what it took for a table."""
    whole = _first(node, "r_total_time_ms")
    own = [time for name in ("r_table_time_ms", "r_other_time_ms") if (time := _first(node, name)) is not None]
    return whole if whole is not None else sum(own) if own else None


def _first(node: _Object, *names: str) -> float | None:
    """The first of these that is a number; MySQL writes costs as strings."""
    for name in names:
        try:
            return float(node[name])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _notes(node: _Object) -> Iterator[str]:
    """Conditions and keys, and what is only said."""
    for key in _NOTES:
        if node.get(key):
            value = node[key]
            yield f"{key.replace('_', ' ')}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
    yield from (flag.replace("_", " ") for flag in _FLAGS if node.get(flag) is True)
