"""Whatever road a statement takes, the verdict and its record are the same, and what is refused never arrives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.guard.action import Action
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rules import RULES
from safesql.guard.verdict import Clearance
from safesql.sql.redact import redact
from safesql.sql.statement import Statement
from safesql.store.trail import records
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk, desk_at
from tests.engine.roads import ROADS, Trip

__all__ = ["desk_at"]

EVERYTHING = Policy(actions={rule.name: Action.ALLOW for rule in RULES})
MADE = ("CREATE TABLE t (id int PRIMARY KEY, name varchar(20))", "INSERT INTO t VALUES (1, 'Ada'), (2, 'Bo'), (3, 'Cy')")
SHARED = (
    "SELECT count(*) FROM t",
    "INSERT INTO t VALUES (9, 'it''s; DELETE FROM t')",
    "UPDATE t SET name = 'x' WHERE id = 1",
    "DELETE FROM t WHERE id = 2",
    "DELETE FROM t",
    "UPDATE t SET name = 'x' WHERE 1 = 1",
    "DROP TABLE t",
    "ALTER TABLE t DROP COLUMN name",
    "SELECT frobnicate FROM",
    "frobnicate t",
)
OWN = {
    "postgres": (
        "WITH gone AS (DELETE FROM t RETURNING id) SELECT count(*) FROM gone", "EXPLAIN ANALYZE DELETE FROM t",
        "DO $$ BEGIN DELETE FROM t; END $$", "TRUNCATE t", "COPY t TO PROGRAM 'cat'", "SET search_path = public",
        "SELECT 'a\\' AS x, '; DELETE FROM t; --'",
    ),
    "mysql": (
        "/*!50000 DELETE FROM t */", "EXECUTE IMMEDIATE 'DELETE FROM t'", "TRUNCATE t", "REPLACE INTO t SELECT * FROM t",
        "SET foreign_key_checks = 0", "SELECT 'a\\'; DELETE FROM t; --'", "UPDATE t a JOIN t b SET a.name = 'x'",
    ),
    "sqlite": ("PRAGMA writable_schema = ON", "REPLACE INTO t SELECT * FROM t", "PRAGMA foreign_keys = OFF"),
}  # fmt: skip
STARTED = ("-c", "-f", "-1 -f", "stdin", "-f -", "--stage, -f", "undo script")
OUTCOMES = {"done": "ran", "failed": "ran", "rolled back": "ran"}
"""All other outcomes say that nothing was sent: refused with nobody to ask, declined by a person."""


def _run(connection: Connection, text: str) -> list[tuple[object, ...]]:
    verdict = judge(Statement(text, connection.dialect), EVERYTHING)
    result = connection.execute(Clearance(verdict))
    rows: list[tuple[object, ...]] = list(result.rows())
    result.summary()
    return rows


def _made(connection: Connection) -> None:
    """The table as it was."""
    _run(connection, "DROP TABLE IF EXISTS t")
    for text in MADE:
        _run(connection, text)


@pytest.fixture
def beside(target: Target) -> Connection:
    """Another session, which sees what became of the table."""
    return connect(target)


def _written(home: Path) -> int:
    """Records in the audit log until now."""
    return sum(1 for _ in records(home / "state" / "audit.jsonl"))


def _came_of_it(home: Path, text: str, since: int) -> tuple[str, tuple[str, ...], str] | None:
    """Verdict, rules and outcome, as the audit log has them for the last time that this was recorded since then."""
    found = list(records(home / "state" / "audit.jsonl"))[since:]
    intents: list[dict[str, Any]] = [record for record in found if record.get("statement") == redact(text)]
    if not intents:
        return None
    intent = intents[-1]
    outcome: dict[str, Any] = next(
        record for record in found if "statement" not in record and record.get("id") == intent["id"]
    )
    word = OUTCOMES.get(str(outcome["outcome"]), "not sent")
    return str(intent["verdict"]), tuple(sorted(intent.get("rules", ()))), word


def _desk(desk_at: MakeDesk, target: Target) -> Callable[[], Desk]:
    """One desk for a trip, with nobody who says yes."""
    made: list[Desk] = []

    def desk() -> Desk:
        if not made:
            made.append(desk_at(target))
        return made[0]

    return desk


def _share(road: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """A program that is started costs a while: those roads share the statements out, three of them each statement."""
    if road not in STARTED:
        return texts
    at = STARTED.index(road)
    return tuple(text for number, text in enumerate(texts) if (number + at) % 5 in (0, 2))


@pytest.mark.parametrize("road", ROADS)
def test_the_verdict_the_record_and_the_server_are_the_same_on_every_road(
    road: str, target: Target, beside: Connection, desk_at: MakeDesk, tmp_path: Path
) -> None:
    desk, reference = _desk(desk_at, target), _desk(desk_at, target)
    for number, text in enumerate(_share(road, (*SHARED, *OWN[target.backend]))):
        _made(beside)
        before = _run(beside, "SELECT * FROM t ORDER BY id")
        since = _written(tmp_path)
        ROADS["typed"](Trip(target, tmp_path, text, reference))
        expected = _came_of_it(tmp_path, text, since)
        assert expected is not None, text
        _made(beside)
        home = tmp_path if road.startswith("\\") or road in ("typed", "history") else tmp_path / f"home{number}"
        home.mkdir(exist_ok=True)
        since = _written(home)
        ROADS[road](Trip(target, home, text, desk))
        repeated = text.startswith("SELECT") or expected[0] == "block"        # all else is refused before it is judged
        assert _came_of_it(home, text, since) == (expected if road != "\\watch" or repeated else None), text
        if road == "\\watch" or expected[2] != "ran":
            assert _run(beside, "SELECT * FROM t ORDER BY id") == before, text
    beside.close()
