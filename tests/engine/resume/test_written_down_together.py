"""Statements that are written down together and sent in turn: after a kill only one of them can be in doubt."""

from __future__ import annotations

import os
import re
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from safesql.engine.report import Report
from safesql.engine.resume.place import boot
from safesql.errors import OutcomeUnknown
from safesql.store.ledger.entry import Entry, Sign, line, text_digest
from safesql.target import Target
from tests.engine.faults import in_child
from tests.engine.planning.apply_rig import At
from tests.engine.resume.resume_rig import DOUBT, Rig, execute, ledgers

TEXTS = [f"INSERT INTO t VALUES ({number})" for number in range(1, 9)]
BEFORE = "CREATE TABLE t (n int PRIMARY KEY)"
POINTS = 12
STEPS = {"store/ledger/writer.py": {"push", "sync"}, "store/lines.py": {"append_all"}, "mysql/ahead.py": {"answered"}}


@pytest.fixture
def rig(mariadb_target: Target, tmp_path: Path) -> Rig:
    execute(mariadb_target, BEFORE)
    (tmp_path / "x.sql").write_text("".join(f"{text};\n" for text in TEXTS))
    return Rig(mariadb_target, tmp_path / "state", tmp_path / "x.sql")


def rows(rig: Rig) -> list[int]:
    return sorted(int(str(row[0])) for row in execute(rig.target, "SELECT n FROM t"))


def again(rig: Rig) -> None:
    execute(rig.target, "DELETE FROM t")
    for ledger in ledgers(rig):
        ledger.path.unlink()


def test_the_lines_of_all_are_there_before_the_first_is_sent(rig: Rig) -> None:
    found: list[tuple[int, int]] = []

    def look(_session: object) -> None:
        signs = [entry.sign for ledger in ledgers(rig) for entry in ledger.entries()]
        found.append((signs.count(Sign.STARTED), len(rows(rig))))

    report = rig.run(cut=look)
    assert isinstance(report, Report) and report.exit_code == 0
    assert rows(rig) == list(range(1, 9))
    assert {started for started, there in found if there} == {len(TEXTS)}
    assert {there for _, there in found} >= set(range(1, 8)), "one after the other"


def test_killed_at_any_step_at_most_one_is_in_doubt(rig: Rig) -> None:
    assert rig.run_in_child(-1)[0] == 0
    steps = int((rig.folder / "steps").read_text())
    asked = 0
    for number in range(1, POINTS):
        again(rig)
        assert rig.run_in_child(steps * number // POINTS)[0] == -9
        there = rows(rig)
        assert there == list(range(1, len(there) + 1))
        code, said = rig.run_in_child(-1, resume=True)
        if said.startswith("doubt"):
            asked += 1
            assert sorted({int(each) for each in DOUBT.findall(said)}) in ([len(there) - 1, len(there)], [len(there), len(there) + 1])
            code, said = rig.run_in_child(-1, resume=True, last_done=len(there))
        if "nothing to resume" in said:
            assert not there
            code, said = rig.run_in_child(-1)
        assert (code, rows(rig)) == (0, list(range(1, 9))), (number, said)
    assert asked < POINTS // 2, "in most places the server or the ledger knows"


def test_a_statement_that_fails_leaves_those_behind_it_unsent(rig: Rig) -> None:
    execute(rig.target, "INSERT INTO t VALUES (4)")
    report = rig.run()
    assert isinstance(report, Report)
    assert (report.exit_code, report.ran, report.not_run, report.unknown) == (4, 3, 4, 0)
    (ledger,) = ledgers(rig)
    assert ledger.course().settled == 3 and not ledger.course().started
    execute(rig.target, "DELETE FROM t WHERE n = 4")
    assert isinstance(rig.run(resume=True), Report)
    assert rows(rig) == list(range(1, 9))


@pytest.mark.parametrize(("when", "numbers"), [(boot(), 2), ("another", len(TEXTS) + 1)])
def test_when_the_machine_stopped_all_that_were_written_down_are_in_doubt(rig: Rig, when: str, numbers: int) -> None:
    execute(rig.target, "INSERT INTO t VALUES (4)")
    rig.run()
    (ledger,) = ledgers(rig)
    run = next(iter(ledger.entries()))
    run.told.update(boot=when, logged=False, session="")           # what the server could tell is not asked for
    started = [Entry(Sign.STARTED, at, text_digest(text), told={"turn": True}) for at, text in enumerate(TEXTS, 1)]
    ledger.path.write_bytes(b"".join(line(entry) for entry in (run, *started, Entry(Sign.SENT, 1))))
    with pytest.raises(OutcomeUnknown) as told:
        rig.run(resume=True)
    most = max(int(each) for each in re.findall(r"--last-done (\d+)", str(told.value)))
    assert most == numbers - 1
    assert ("or any number between" in str(told.value)) is (numbers > 2)


def test_ctrl_c_at_any_step_is_told_as_it_is(rig: Rig) -> None:
    told = rig.folder / "said"

    def work(last: int) -> int:
        at = At(last, lambda: os.kill(os.getpid(), signal.SIGINT), STEPS)
        sys.settrace(at)
        try:
            report = rig.run()
        finally:
            sys.settrace(None)
        assert isinstance(report, Report)
        told.write_text(f"{report.ran} {report.unknown} {report.exit_code} {at.done}")
        return 0

    assert in_child(lambda: work(-1)) == 0
    steps = int(told.read_text().split()[-1])
    codes: set[int] = set()
    for last in range(1, steps, max(1, steps // POINTS)):
        again(rig)
        told.unlink(missing_ok=True)
        if in_child(partial(work, last)) == 0:                   # else it came before anything was sent
            ran, unknown, code, _ = map(int, told.read_text().split())
            assert ran <= len(rows(rig)) <= ran + unknown, (last, ran, unknown)
            assert unknown <= 1 and (code == 7) is bool(unknown)
            codes.add(code)
        else:
            assert rows(rig) == []
    assert 130 in codes, codes
