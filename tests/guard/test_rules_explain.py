"""Every finding of every rule says in a sentence what would happen, what to write instead, and where exactly."""

from __future__ import annotations

import re

import pytest

from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rule import Example, Finding, Rule
from safesql.guard.rules import RULES
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

CASES = [
    (rule, example, dialect) for rule in RULES for example in rule.flagged for dialect in example.dialects or DIALECTS
]


def _name(case: tuple[Rule, Example, str]) -> str:
    return f"{case[0].name}-{case[2]}-{case[1].sql[:40]}"


def _found(rule: str, text: str, dialect: str, example: Example | None = None) -> list[Finding]:
    facts = (example or Example(text)).facts
    return [each for each in judge(Statement(text, DIALECTS[dialect]), Policy(), facts).findings if each.rule == rule]


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_finding_is_a_sentence_with_a_way_on_and_a_place(case: tuple[Rule, Example, str]) -> None:
    rule, example, dialect = case
    for finding in _found(rule.name, example.sql, dialect, example):
        assert re.fullmatch(r"[^\s.](.*[^\s.:,])?", finding.message, re.DOTALL), finding.message
        assert len(finding.message.split()) >= 3, finding.message
        assert "None" not in finding.message.split()
        assert finding.instead, finding.message
        assert len(finding.instead.split()) >= 4, finding.instead
        assert 0 <= finding.at.start < finding.at.end <= len(example.sql), finding.at
        words = example.sql[finding.at.start : finding.at.end]
        assert words == words.strip()


PLACES = (
    ("delete-without-where", "postgres", "WITH d AS (⟦DELETE FROM t RETURNING id⟧) SELECT count(*) FROM d"),
    ("delete-without-where", "postgres", "EXPLAIN ANALYZE ⟦DELETE FROM t⟧"),
    ("delete-without-where", "mariadb", "/*!50000 ⟦DELETE FROM t⟧ */"),
    ("delete-without-where", "mariadb", "EXECUTE IMMEDIATE ⟦'DELETE FROM t'⟧"),
    ("delete-without-where", "postgres", "DO ⟦$$ BEGIN DELETE FROM t; END $$⟧"),
    ("delete-without-where", "postgres", "/* ünïcödé 😀 */\t⟦DELETE\r\n\tFROM tábla⟧"),
    ("delete-without-where", "sqlite", "-- 中文\n⟦DELETE FROM \"表\" WHERE 1=1⟧"),
    ("update-without-where", "postgres", f"SELECT '{'x' * 5000}', (SELECT 1) FROM a, (VALUES (1)) b; ⟦UPDATE t SET a = 1⟧"),
    ("drop-column", "postgres", "ALTER TABLE t ADD COLUMN b int, ⟦DROP COLUMN a⟧"),
    ("truncate", "postgres", "⟦TRUNCATE t⟧"),
    ("server-control", "postgres", "SELECT 1, ⟦pg_terminate_backend(7)⟧ FROM t"),
    ("file-or-program-access", "mariadb", "SELECT ⟦load_file('x')⟧ FROM t"),
    ("belt-loosened", "mariadb", "SET @x = 1, ⟦foreign_key_checks = 0⟧, @y = 2"),
    ("meaning-changed", "postgres", "SELECT ⟦set_config('search_path', 'a', false)⟧, 1"),
    ("server-setting", "mariadb", "SET @x = 1, ⟦GLOBAL read_only = 0⟧"),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "dialect", "marked"), PLACES)
def test_the_place_is_the_very_words(rule: str, dialect: str, marked: str) -> None:
    text = marked.replace("⟦", "").replace("⟧", "")
    start = marked.index("⟦")
    finding = _found(rule, text, dialect)[0]
    assert text[finding.at.start : finding.at.end] == text[start : marked.index("⟧") - 1]
    assert finding.at.start == start
