"""A run resumed after any prefix equals one run: killed, cut off or failing at any statement, nothing is run twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.backends import connect
from safesql.engine.report import Report
from safesql.engine.session import Session
from safesql.errors import OutcomeUnknown, SafesqlError
from safesql.sql.dialect import Family
from safesql.target import Target
from tests.engine.resume.resume_rig import DOUBT, Rig, execute

KINDS = ("insert", "transaction", "rolled back", "savepoint", "temporary", "from temporary", "table", "set", "update", "fails")
SETS = {
    "postgres": ("SET search_path = public, pg_catalog", "SET statement_timeout = '50s'"),
    "mariadb": ("SET @x = 'kept'", "SET SESSION sort_buffer_size = 300000"),
    "sqlite": ("PRAGMA foreign_keys = ON", "PRAGMA cache_size = 500"),
}
LAWFUL = settings(
    max_examples=4, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Writing:
    """Writes a script whose every change leaves a number of its own, so that one that runs twice is seen."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.lines = ["CREATE TABLE seen (n int);", "CREATE TABLE summed (total int);", "INSERT INTO summed VALUES (0);"]
        self.number = 100
        self.temporary = 0
        self.tables = 0

    def add(self, *kinds: str) -> str:
        """The script with these blocks."""
        for kind in kinds:
            self.lines += self._block(kind)
        return "\n".join(self.lines) + "\n"

    def _block(self, kind: str) -> Iterator[str]:
        match kind:
            case "transaction":
                yield from ("BEGIN;", self._insert(), self._set(), self._insert(), "COMMIT;")
            case "rolled back":
                yield from ("BEGIN;", self._insert(), "ROLLBACK;")
            case "savepoint":
                yield from ("BEGIN;", self._insert(), "SAVEPOINT a;", self._insert(), "ROLLBACK TO SAVEPOINT a;", "COMMIT;")
            case "temporary":
                self.temporary += 1
                yield f"CREATE TEMPORARY TABLE temp{self.temporary} (n int);"
                yield f"INSERT INTO temp{self.temporary} VALUES ({self._next()}), ({self._next()});"
            case "from temporary" if self.temporary:
                yield f"INSERT INTO seen SELECT n FROM temp{self.temporary};"
                yield f"UPDATE temp{self.temporary} SET n = n + 10000 WHERE n > 0;"
            case "table":
                self.tables += 1
                yield f"CREATE TABLE made{self.tables} (n int);"
                yield f"INSERT INTO made{self.tables} VALUES ({self._next()});"
            case "set":
                yield self._set()
            case "update":
                yield "UPDATE summed SET total = total + 1 WHERE total >= 0;"
            case "fails":
                yield f"INSERT INTO seen SELECT {self._next()} FROM gate;"
            case _:
                yield self._insert()

    def _insert(self) -> str:
        return f"INSERT INTO seen VALUES ({self._next()});"

    def _set(self) -> str:
        return SETS[self.server][self._next() % 2] + ";"

    def _next(self) -> int:
        self.number += 1
        return self.number


BLOCKS = st.lists(st.sampled_from(KINDS), min_size=2, max_size=7)


def _server(target: Target) -> str:
    return target.dialect or target.backend


def _state(target: Target) -> dict[str, list[str]]:
    """Every row of every table but the gate."""
    names = {
        "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        "mariadb": "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
        "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table'",
    }[_kind(target)]
    tables = sorted(str(row[0]) for row in execute(target, names))
    return {name: sorted(map(str, execute(target, f"SELECT * FROM {name}"))) for name in tables if name != "gate"}


def _kind(target: Target) -> str:
    return {Family.POSTGRES: "postgres", Family.MYSQL: "mariadb", Family.SQLITE: "sqlite"}[_family(target)]


def _family(target: Target) -> Family:
    return {"postgres": Family.POSTGRES, "mysql": Family.MYSQL, "sqlite": Family.SQLITE}[target.backend]


def _emptied(target: Target) -> None:
    """Every table gone."""
    for name in (*_state(target), "gate"):
        execute(target, f"DROP TABLE IF EXISTS {name}")


def _gate(target: Target) -> None:
    execute(target, "CREATE TABLE gate (n int); INSERT INTO gate VALUES (1)")


class Fresh:
    """Rigs for one test, each with a state folder of its own."""

    def __init__(self, target: Target, folder: Path) -> None:
        self.target = target
        self.folder = folder
        self.count = 0

    def rig(self, text: str, mode: str = "stop") -> Rig:
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        script = folder / "script.sql"
        script.write_text(text)
        _emptied(self.target)
        return Rig(self.target, folder / "state", script, mode)

    def whole(self, text: str, mode: str = "stop") -> dict[str, list[str]]:
        """The state after one run that nothing interrupted."""
        rig = self.rig(text, mode)
        _gate(self.target)
        report = rig.run()
        assert isinstance(report, Report) and report.exit_code == 0, report
        return _state(self.target)


@pytest.fixture
def fresh(target: Target, tmp_path: Path) -> Fresh:
    return Fresh(target, tmp_path)


def _answer(rig: Rig, doubt: str) -> int:
    """What a person finds who looks: the last statement in doubt that left its number, or the one before them."""
    numbers = [int(number) for number in DOUBT.findall(doubt)]
    lines = rig.script.read_text().splitlines()
    state = _state(rig.target)
    there = {cell.strip("(),'") for rows in state.values() for cell in rows}
    done = numbers[0]
    for number in numbers[1:]:
        line = lines[number - 1]
        if line == "COMMIT;":
            began = max(at for at, text in enumerate(lines[: number - 1]) if text == "BEGIN;")
            line = lines[began + 1]
        if line.startswith("CREATE TABLE"):
            happened = line.split()[2] in state
        elif line.startswith("UPDATE summed"):
            before = sum(text.startswith("UPDATE summed") for text in lines[: number - 1])
            happened = state.get("summed") == [f"({before + 1},)"]
        elif line.startswith("INSERT INTO summed"):
            happened = bool(state.get("summed"))
        else:
            happened = line.split("(")[-1].rstrip(");") in there
        done = number if happened else done
    return done


def _finished(rig: Rig) -> None:
    """Go on until the end, whatever has to be answered."""
    for _ in range(4):
        with suppress(OutcomeUnknown):
            report = rig.run(resume=True)
            assert isinstance(report, Report) or "nothing to resume" in report
            if isinstance(report, Report):
                assert report.exit_code == 0, (report.end, rig.script.read_text())
            return
        try:
            rig.run(resume=True)
        except OutcomeUnknown as doubt:
            report = rig.run(resume=True, last_done=_answer(rig, str(doubt)))
            assert isinstance(report, Report) and report.exit_code == 0, report
            return
    raise AssertionError("no end")


@LAWFUL
@given(blocks=BLOCKS, data=st.data())
def test_a_run_that_failed_goes_on_to_the_same_end(fresh: Fresh, blocks: list[str], data: st.DataObject) -> None:
    text = Writing(_kind(fresh.target)).add(*blocks, "fails", *data.draw(BLOCKS))
    expected = fresh.whole(text)
    rig = fresh.rig(text)
    report = rig.run()
    assert isinstance(report, Report)
    assert report.exit_code == 4 and report.committed
    _gate(fresh.target)
    _finished(rig)
    assert _state(fresh.target) == expected


@LAWFUL
@given(blocks=BLOCKS, part=st.floats(0.02, 0.999), again=st.floats(0.02, 0.999))
def test_a_run_that_was_killed_goes_on_to_the_same_end(fresh: Fresh, blocks: list[str], part: float, again: float) -> None:
    text = Writing(_kind(fresh.target)).add(*blocks)
    expected = fresh.whole(text)
    counted = fresh.rig(text)
    _gate(fresh.target)
    assert counted.run_in_child(-1)[0] == 0
    steps = int((counted.folder / "steps").read_text())
    rig = fresh.rig(text)
    _gate(fresh.target)
    code, _ = rig.run_in_child(max(1, int(steps * part)))
    assert code in {-9, 0}                           # a run may wait fewer times for its server than the one that was counted
    if code == 0:
        assert _state(fresh.target) == expected
    rig.run_in_child(max(1, int(steps * again)), resume=True)
    if _state(fresh.target) != expected:
        _begun(rig)
        _finished(rig)
    assert _state(fresh.target) == expected


def _begun(rig: Rig) -> None:
    """Where nothing was on its way yet, there is nothing to resume, and the script is run from its beginning."""
    with suppress(SafesqlError):
        if "nothing to resume" in str(rig.run(resume=True)) and not _state(rig.target):
            rig.run()


@LAWFUL
@given(blocks=BLOCKS, at=st.integers(1, 30))
def test_a_run_that_was_cut_off_goes_on_to_the_same_end(fresh: Fresh, blocks: list[str], at: int) -> None:
    if _family(fresh.target) is Family.SQLITE:
        return                                       # there is no connection to be cut
    text = Writing(_kind(fresh.target)).add(*blocks)
    expected = fresh.whole(text)
    rig = fresh.rig(text)
    _gate(fresh.target)
    asked = 0

    def cut(session: Session) -> None:
        nonlocal asked
        asked += 1
        if asked == at:
            number = session.connection.server.session
            kill = f"SELECT pg_terminate_backend({number})" if _family(fresh.target) is Family.POSTGRES else f"KILL {number}"
            other = connect(fresh.target)
            execute(fresh.target, kill)
            other.close()

    report = rig.run(cut=cut)
    assert isinstance(report, Report)
    if asked < at:
        assert report.exit_code == 0
    else:
        assert report.exit_code in (1, 4, 7)
        assert report.committed == bool(_state(fresh.target)) or report.exit_code == 7
        if not _state(fresh.target):
            assert isinstance(rig.run(), Report)
        else:
            _finished(rig)
    assert _state(fresh.target) == expected
