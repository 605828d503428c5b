"""PostgreSQL's EXPLAIN (FORMAT JSON) as steps: https://www.postgresql.org/docs/current/using-explain.html."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from safesql.formats.plan import Step

_NOTES = (
    "Index Cond", "Recheck Cond", "TID Cond", "Order By", "Filter", "Join Filter", "Hash Cond", "Merge Cond",
    "One-Time Filter", "Sort Key", "Presorted Key", "Group Key", "Cache Key", "Function Call", "Remote SQL",
    "Conflict Resolution", "Conflict Arbiter Indexes", "Conflict Filter", "Workers Planned", "Workers Launched",
    "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck", "Heap Fetches",
    "Sort Method", "Subplans Removed",
)  # fmt: skip
_WHOLE = ("Seq Scan",)
_Object = dict[str, Any]


def steps(text: str) -> tuple[Step, ...]:
    """One for each statement that rules made of it; raises ValueError for a text that is no plan."""
    found = json.loads(text)
    plans = [each for each in found if isinstance(each, dict) and "Plan" in each] if isinstance(found, list) else []
    if not plans:
        raise ValueError("no plan")
    return tuple(_step(each["Plan"], tuple(_times(each))) for each in plans)


def _step(node: _Object, more: tuple[str, ...] = ()) -> Step:
    """One node with those below it; ``more`` are notes that the whole plan has."""
    loops = float(node.get("Actual Loops", 1))
    parts = tuple(_step(part) for part in node.get("Plans", ()))
    whole = node["Node Type"] in _WHOLE and "Relation Name" in node
    return Step(
        _label(node),
        cost=node.get("Total Cost"),
        rows=_times_loops(node.get("Plan Rows"), loops or 1.0),
        came=_times_loops(node.get("Actual Rows"), loops),
        milliseconds=_times_loops(node.get("Actual Total Time"), loops),
        notes=(*_notes(node), *more),
        scanned=(*((node["Schema"],) if "Schema" in node else ()), node["Relation Name"]) if whole else (),
        parts=parts,
    )


def _times_loops(number: float | None, loops: float) -> float | None:
    """The server tells the mean of one loop."""
    return None if number is None else number * loops


def _label(node: _Object) -> str:
    """``InitPlan 1: Hash Left Join``, ``Index Scan using orders_pkey on orders o``, ``Delete on orders``."""
    kind: str = node["Node Type"]
    if kind == "ModifyTable":
        kind = node.get("Operation", kind)
    elif kind == "Aggregate":
        kind = {"Hashed": "HashAggregate", "Sorted": "GroupAggregate"}.get(node.get("Strategy", ""), kind)
    elif node.get("Join Type", "Inner") != "Inner":
        kind = f"{kind.removesuffix(' Join')} {node['Join Type']} Join"
    words = [f"{node['Subplan Name']}:" if "Subplan Name" in node else ""]
    words += ["Parallel" if node.get("Parallel Aware") else "", kind]
    words += ["Backward" if node.get("Scan Direction") == "Backward" else ""]
    words += [f"using {node['Index Name']}" if "Index Name" in node else ""]
    words += [f"on {target}" if (target := _target(node)) else ""]
    return " ".join(word for word in words if word)


def _target(node: _Object) -> str:
    """What it reads or writes, with its alias."""
    name = next((node[key] for key in ("Relation Name", "CTE Name", "Function Name") if key in node), "")
    alias = node.get("Alias", name)
    return str(name) if alias == name else f"{name} {alias}".strip()


def _notes(node: _Object) -> Iterator[str]:
    """Conditions, keys, and what a run told besides."""
    for key in _NOTES:
        if key in node and node[key] not in (0, None, []):
            value = node[key]
            yield f"{key.lower()}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
    if "Sort Space Used" in node:
        yield f"{str(node.get('Sort Space Type', 'space')).lower()}: {node['Sort Space Used']} kB"


def _times(plan: _Object) -> Iterator[str]:
    """Of the whole."""
    for key in ("Planning Time", "Execution Time"):
        if key in plan:
            yield f"{key.lower()}: {plan[key]:.3f} ms"
    for trigger in plan.get("Triggers", ()):
        yield f"trigger {trigger.get('Trigger Name', '')}: {trigger.get('Time', 0)} ms, {trigger.get('Calls', 0)} calls"
