"""What PostgreSQL's own grammar says that a statement does to rows and tables: a second opinion on our effects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pglast.parser import ParseError, parse_sql_json

Node = dict[str, Any]

ONLY_PLANNED = frozenset({
    "PrepareStmt", "CreateFunctionStmt", "RuleStmt", "ViewStmt", "CreateTrigStmt", "DoStmt", "CreatePolicyStmt",
    "CreateSchemaStmt",
})
"""Statements that hold others without running them, or hold no table of their own."""
LOSING = {"AT_DropColumn": "DROP COLUMN", "AT_AlterColumnType": "ALTER COLUMN TYPE", "AT_DetachPartition": "DETACH PARTITION"}
MERGED = {"CMD_DELETE": "DELETE", "CMD_UPDATE": "UPDATE"}
DROPPED = {"OBJECT_TABLE": "DROP TABLE", "OBJECT_MATVIEW": "DROP MATERIALIZED VIEW", "OBJECT_SCHEMA": "DROP SCHEMA"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done; ``whole`` where no condition at all restricts it."""

    verb: str
    target: str
    whole: bool


def deeds(sql: str) -> list[list[Deed]] | None:
    """For each statement of a text what it does, None where the grammar does not take the text."""
    try:
        tree = json.loads(parse_sql_json(sql))
    except ParseError:
        return None
    return [list(_of(statement["stmt"])) for statement in tree.get("stmts", [])]


def _of(node: Any) -> Iterator[Deed]:
    """What a node and those inside it do."""
    if isinstance(node, list):
        for one in node:
            yield from _of(one)
    if not isinstance(node, dict):
        return
    for kind, inside in node.items():
        if kind in ONLY_PLANNED or (kind == "ExplainStmt" and not _runs(inside)):
            continue
        if isinstance(inside, dict):
            yield from _one(kind, inside)
        yield from _of(inside)


def _one(kind: str, node: Node) -> Iterator[Deed]:
    """What one node does by itself."""
    match kind:
        case "DeleteStmt" | "UpdateStmt" | "MergeStmt" | "InsertStmt":
            yield from _write(kind, node)
        case "TruncateStmt":
            yield from (Deed("TRUNCATE", each["RangeVar"]["relname"], whole=True) for each in node["relations"])
        case "DropStmt" if node["removeType"] in DROPPED:
            yield from (Deed(DROPPED[node["removeType"]], _last(dropped), whole=True) for dropped in node["objects"])
        case "DropdbStmt":
            yield Deed("DROP DATABASE", node["dbname"], whole=True)
        case "AlterTableCmd" if node["subtype"] in LOSING:
            yield Deed(LOSING[node["subtype"]], "", whole=True)


def _write(kind: str, node: Node) -> Iterator[Deed]:
    """What a statement does to the rows of its target."""
    name = node["relation"]["relname"]
    if kind in ("DeleteStmt", "UpdateStmt"):
        yield Deed("DELETE" if kind == "DeleteStmt" else "UPDATE", name, "whereClause" not in node)
    elif kind == "MergeStmt":
        commands = [clause["MergeWhenClause"].get("commandType", "") for clause in node["mergeWhenClauses"]]
        yield from (Deed(MERGED[command], name, whole=False) for command in commands if command in MERGED)
    elif node.get("onConflictClause", {}).get("action") == "ONCONFLICT_UPDATE":
        yield Deed("ON CONFLICT DO UPDATE", name, whole=False)


def _last(name: Node) -> str:
    """The last part of a name that may be qualified."""
    while "List" in name:
        name = name["List"]["items"][-1]
    return str(name["String"]["sval"])


def _runs(explain: Node) -> bool:
    """Whether the EXPLAIN runs its statement: the last mention of ANALYZE wins."""
    runs = False
    for option in explain.get("options", []):
        element = option["DefElem"]
        if element["defname"] == "analyze":
            said = json.dumps(element.get("arg", "")).lower()
            runs = not any(off in said for off in ('"off"', '"false"', '"integer": {}', '"boolean": {}'))
    return runs
