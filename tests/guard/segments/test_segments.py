"""The map of atomic segments, by script: what belongs together, what the server commits by itself, what to split."""

from __future__ import annotations

import pytest

from safesql.guard.facts import Facts
from safesql.guard.judge import judge
from safesql.guard.memory import Memory
from safesql.guard.policy import Policy
from safesql.guard.segments import Mapping, lines
from safesql.guard.segments.segment import End, Segment
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement


def _read(dialect: str, text: str, *, atomic: bool = False) -> tuple[list[Segment], list[str]]:
    """Segments and advice."""
    reading, memory = Mapping(atomic), Memory()
    found: list[Segment] = []
    for piece in split(text, DIALECTS[dialect], "x.sql"):
        assert isinstance(piece, Statement)
        verdict = judge(piece, Policy(), Facts(memory=memory))
        memory = memory.after(verdict.effect)
        found += reading.add(verdict)
    return [*found, *reading.rest()], reading.advice.sentences


INSERT = "INSERT INTO t VALUES (1);\n"
CASES = [
    ("postgres", INSERT * 3, [(End.ITSELF, 1, 3)]),
    ("postgres", f"BEGIN;\n{INSERT}COMMIT;\n{INSERT}", [(End.COMMIT, 1, 3), (End.ITSELF, 4, 4)]),
    ("postgres", f"BEGIN;\n{INSERT}CREATE TABLE u (a int);\nCOMMIT;\n", [(End.COMMIT, 1, 4)]),
    ("postgres", f"BEGIN;\n{INSERT}ROLLBACK;\n{INSERT}", [(End.ROLLBACK, 1, 3), (End.ITSELF, 4, 4)]),
    ("postgres", f"BEGIN;\n{INSERT}COMMIT AND CHAIN;\n{INSERT}COMMIT;\n", [(End.COMMIT, 1, 3), (End.COMMIT, 4, 5)]),
    ("postgres", f"BEGIN;\nSAVEPOINT a;\n{INSERT}ROLLBACK TO a;\nCOMMIT;\n", [(End.COMMIT, 1, 5)]),
    ("postgres", f"BEGIN;\n{INSERT}", [(End.LEFT, 1, 2)]),
    ("postgres", f"SELECT 1\\; {INSERT}{INSERT}", [(End.COMMIT, 1, 1), (End.ITSELF, 2, 2)]),
    ("postgres", f"BEGIN;\n{INSERT}PREPARE TRANSACTION 'x';\n{INSERT}", [(End.COMMIT, 1, 3), (End.ITSELF, 4, 4)]),
    ("mariadb", f"BEGIN;\n{INSERT}CREATE TABLE u (a int);\n{INSERT}COMMIT;\n", [(End.BROKEN, 1, 2), (End.ITSELF, 3, 5)]),
    ("mariadb", f"BEGIN;\n{INSERT}CREATE TEMPORARY TABLE u (a int);\n{INSERT}COMMIT;\n", [(End.COMMIT, 1, 5)]),
    ("mariadb", f"BEGIN;\n{INSERT}BEGIN;\n{INSERT}ROLLBACK;\n", [(End.BROKEN, 1, 2), (End.ROLLBACK, 3, 5)]),
    ("mariadb", f"SET autocommit = 0;\n{INSERT}{INSERT}COMMIT;\n{INSERT}", [(End.ITSELF, 1, 1), (End.COMMIT, 2, 4), (End.LEFT, 5, 5)]),
    ("mariadb", f"SET autocommit = 0;\n{INSERT}SET autocommit = 1;\n{INSERT}", [(End.ITSELF, 1, 1), (End.BROKEN, 2, 2), (End.ITSELF, 3, 4)]),
    ("mysql", f"START TRANSACTION;\n{INSERT}LOCK TABLES t WRITE;\n", [(End.BROKEN, 1, 2), (End.ITSELF, 3, 3)]),
    ("mysql", f"START TRANSACTION;\n{INSERT}ANALYZE TABLE t;\n", [(End.BROKEN, 1, 2), (End.ITSELF, 3, 3)]),
    ("sqlite", f"SAVEPOINT a;\n{INSERT}SAVEPOINT b;\nRELEASE b;\nRELEASE a;\n{INSERT}", [(End.COMMIT, 1, 5), (End.ITSELF, 6, 6)]),
    ("sqlite", f"BEGIN;\n{INSERT}CREATE TABLE u (a);\nEND;\n", [(End.COMMIT, 1, 4)]),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "expected"), CASES)
def test_a_script_falls_into_its_segments(dialect: str, text: str, expected: list[tuple[End, int, int]]) -> None:
    found, _ = _read(dialect, text)
    assert [(each.end, each.first.line, each.last.line) for each in found] == expected


def test_one_transaction_holds_all_of_an_atomic_run() -> None:
    found, _ = _read("postgres", INSERT * 4, atomic=True)
    assert [(each.end, each.statements, each.changing) for each in found] == [(End.COMMIT, 4, 4)]


def test_a_million_statements_of_one_kind_are_one_segment() -> None:
    reading = Mapping()
    (piece,) = split(INSERT, DIALECTS["postgres"])
    assert isinstance(piece, Statement)
    verdict = judge(piece, Policy())
    assert not [each for _ in range(1_000_000) for each in reading.add(verdict)]
    (found,) = reading.rest()
    assert (found.statements, found.changing) == (1_000_000, 1_000_000)


ADVICE = [
    ("mariadb", f"BEGIN;\n{INSERT}ALTER TABLE t ADD c int;\nCOMMIT;\n", "x.sql:3: ALTER TABLE t commits the transaction since line 1"),
    ("mariadb", "CREATE TABLE u (a int);\nALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t (a);\n", "x.sql:2: when this foreign key is refused, CREATE TABLE u in line 1 stays"),
    ("mysql", f"BEGIN;\n{INSERT}BEGIN;\n", "x.sql:3: BEGIN commits the transaction since line 1 at once"),
    ("postgres", f"BEGIN;\n{INSERT}VACUUM;\nCOMMIT;\n", "x.sql:3: VACUUM is refused inside the transaction since line 1"),
    ("postgres", f"{INSERT}BEGIN;\n{INSERT}", "x.sql:2: the transaction that begins here is never committed"),
    ("mysql", f"BEGIN;\n{INSERT}CALL p();\nCOMMIT;\n", "x.sql:3: CALL p may commit the transaction since line 1"),
    ("sqlite", f"BEGIN;\n{INSERT}PRAGMA foreign_keys = ON;\nCOMMIT;\n", "x.sql:3: PRAGMA foreign_keys has no effect inside the transaction since line 1"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "sentence"), ADVICE)
def test_advice_names_the_line_that_breaks_a_transaction(dialect: str, text: str, sentence: str) -> None:
    _, advice = _read(dialect, text)
    assert [each for each in advice if each.startswith(sentence)], advice


QUIET = [
    ("postgres", f"BEGIN;\n{INSERT}CREATE TABLE u (a int REFERENCES t);\nCOMMIT;\n"),
    ("mariadb", "CREATE TABLE u (a int, FOREIGN KEY (a) REFERENCES t (a));\n"),
    ("mariadb", f"BEGIN;\n{INSERT}COMMIT;\nALTER TABLE t ADD c int;\n"),
    ("sqlite", f"PRAGMA foreign_keys = ON;\nBEGIN;\n{INSERT}COMMIT;\n"),
]


@pytest.mark.parametrize(("dialect", "text"), QUIET)
def test_a_script_that_is_as_it_should_be_gets_no_advice(dialect: str, text: str) -> None:
    assert not _read(dialect, text)[1]


def test_lines_tell_what_a_failure_leaves() -> None:
    found, _ = _read("mariadb", f"{INSERT}BEGIN;\n{INSERT}{INSERT}CREATE TABLE u (a int);\nSELECT 1;\n")
    assert list(lines(found)) == [
        "x.sql:1: INSERT t, committed by itself; a failure leaves nothing",
        "x.sql:2-4: 3 statements, together until CREATE TABLE u in line 5 commits them; a failure leaves the change before it",
        "x.sql:5-6: 2 statements, each committed by itself; a failure leaves the 3 changes before it",
    ]
