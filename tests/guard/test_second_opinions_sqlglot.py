"""sqlglot as a second opinion, where it understands: a write that it sees without any condition, we see unbounded."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from safesql.guard.analysis import of_text
from safesql.guard.effect import Reach
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
HERE = Path(__file__).parent
RESTRICTED = ("where", "limit", "order", "joins", "from_", "from", "using", "with", "with_")
ONLY_PLANNED = ("EXPLAIN", "CREATE", "PREPARE", "DESC", "ALTER")
CASES = sorted({
    (piece.text, case["dialect"])
    for file in [*HERE.glob("corpus/*.jsonl"), *HERE.glob("cases/*.jsonl")]
    for case in map(json.loads, file.read_text("utf-8").splitlines())
    for piece in split(case["sql"], DIALECTS[case["dialect"]])
    if isinstance(piece, Statement) and not piece.text.upper().startswith(ONLY_PLANNED)
    and not any(mark in piece.text for mark in ("/*!", "/*M!"))       # it takes executable comments for comments
})


def seen(sql: str, dialect: str) -> set[str]:
    """The verbs of the writes without any condition that sqlglot sees; empty where it does not understand."""
    try:
        trees = sqlglot.parse(sql, read=dialect)
    except (SqlglotError, RecursionError):
        return set()
    return {verb for tree in trees if isinstance(tree, exp.Expression) for verb in _verbs(tree)}


def _verbs(tree: exp.Expression) -> Iterator[str]:
    """DELETE, UPDATE and TRUNCATE of whole tables, and DROP TABLE, anywhere in a tree."""
    for node in tree.walk():
        joined = isinstance(node.this, exp.Expression) and node.this.args.get("joins")
        free = not joined and not any(node.args.get(name) for name in RESTRICTED)
        if isinstance(node, exp.Delete) and free and not node.args.get("tables"):
            yield "DELETE"
        elif isinstance(node, exp.Update) and free and not isinstance(node.parent, exp.When):
            yield "UPDATE"
        elif isinstance(node, exp.TruncateTable):
            yield "TRUNCATE"
        elif isinstance(node, exp.Drop) and node.args.get("kind") == "TABLE" and not node.args.get("temporary"):
            yield "DROP TABLE"


@pytest.mark.parametrize(("sql", "dialect"), CASES)
def test_no_case_is_read_laxer_than_by_sqlglot(sql: str, dialect: str) -> None:
    ours = list(of_text(sql, DIALECTS[dialect]).walk())
    if any(effect.reach is Reach.OPAQUE for effect in ours):
        return
    unbounded = {effect.verb for effect in ours if not effect.bounded}
    assert seen(sql, dialect) <= unbounded


@pytest.mark.parametrize(("sql", "dialect", "verbs"), [
    ("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", "postgres", {"DELETE"}),
    ("UPDATE t SET a = 1", "mysql", {"UPDATE"}),
    ("DELETE FROM t WHERE a", "sqlite", set()),
    ("TRUNCATE TABLE a", "postgres", {"TRUNCATE"}),
    ("DROP TABLE IF EXISTS a", "mysql", {"DROP TABLE"}),
])
def test_the_second_opinion_sees_what_it_should(sql: str, dialect: str, verbs: set[str]) -> None:
    assert seen(sql, dialect) == verbs
