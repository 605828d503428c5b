"""The statement-guard corpus and our own cases: every danger is stopped, and no safe statement is.

The files in ``corpus`` came with labels that were found by execution. Those in ``cases`` were written from the
servers' manuals, one statement for each form that loses rows and each that looks like one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

HERE = Path(__file__).parent


def _all(kind: str) -> Iterator[Any]:
    for file in sorted([*HERE.glob("corpus/*.jsonl"), *HERE.glob("cases/*.jsonl")]):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            case = json.loads(line)
            if case["class"] == kind:
                yield pytest.param(case, id=case.get("id", f"{file.parent.name}-{file.stem}-{number}"))


def _cases(*kinds: str) -> list[Any]:
    return [case for kind in kinds for case in _all(kind)]


def strictest(sql: str, dialect: str) -> Action:
    """The verdict on a script: its statements in order, each knowing what those before it left behind."""
    facts, found = Facts(), Action.ALLOW
    for piece in split(sql, DIALECTS[dialect]):
        if isinstance(piece, Statement):
            verdict = judge(piece, Policy(), facts)
            facts = Facts(memory=facts.memory.after(verdict.effect))
            found = max(found, verdict.action)
    return found


@pytest.mark.parametrize("case", _cases("danger"))
def test_a_danger_is_stopped(case: dict[str, str]) -> None:
    assert strictest(case["sql"], case["dialect"]) > Action.ALLOW


@pytest.mark.parametrize("case", _cases("safe"))
def test_a_safe_statement_passes(case: dict[str, str]) -> None:
    assert strictest(case["sql"], case["dialect"]) is Action.ALLOW


@pytest.mark.parametrize("case", _cases("danger", "safe"))
def test_mariadb_and_mysql_are_read_alike(case: dict[str, str]) -> None:
    if case["dialect"] == "mysql":
        assert strictest(case["sql"], "mariadb") is strictest(case["sql"], "mysql")
