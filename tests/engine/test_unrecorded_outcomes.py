"""A disk that is full when a statement's outcome is to be written down: what ran is in the report all the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from safesql.engine.batch import Options, run
from safesql.engine.keeper import NoKeeper
from safesql.engine.preflight import Demands
from safesql.engine.report import Report
from safesql.engine.script import text_source
from safesql.engine.session import Session
from safesql.errors import CannotRecord, StatementFailed
from safesql.guard.verdict import Clearance
from safesql.result import Result
from safesql.store.audit import AuditLog
from safesql.target import Target
from tests.engine.pipelined_rig import Noted, execute, session_to

Show = Callable[[Result], int]


def unseen(result: Result) -> int:
    return sum(len(chunk) for chunk in result)


def fill(log: AuditLog) -> None:
    """From now on there is no room for the audit log."""
    full = os.open("/dev/full", os.O_RDWR)
    for link in Path("/proc/self/fd").iterdir():
        if link.is_symlink() and link.resolve() == log.path.resolve():
            os.dup2(full, int(link.name))
    os.close(full)


def full_after(log: AuditLog, number: int) -> Show:
    """Shows nothing, and fills the disk when the server has answered so many statements."""
    left = iter(range(number - 1, -1, -1))

    def show(result: Result) -> int:
        rows = unseen(result)
        if next(left, -1) == 0:
            fill(log)
        return rows

    return show


def ran(session: Session, script: str, show: Show, *, atomic: bool = False, on_error: str = "stop") -> tuple[Report, Noted]:
    noted = Noted()
    options = Options(on_error, demands=Demands(atomic=atomic), witness=noted, together=False)
    total = script.count(";")
    return run(session, (text_source(script, 1),), options, show, total), noted


@pytest.fixture
def session(target: Target, audit: AuditLog) -> Session:
    session, counting = session_to(target, audit)
    execute(counting.real, "CREATE TABLE t (id int PRIMARY KEY)")
    return session


CASES = {
    "each by itself": ("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); INSERT INTO t VALUES (3);", 2, [1, 2]),
    "at COMMIT": ("BEGIN; INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2);", 3, [1]),
    "inside a transaction": ("BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT;", 2, []),
    "at the last": ("INSERT INTO t VALUES (1);", 1, [1]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_ran_is_reported_though_its_outcome_could_not_be_written_down(
    session: Session, audit: AuditLog, case: str
) -> None:
    script, number, stays = CASES[case]
    report, noted = ran(session, script, full_after(audit, number))
    assert isinstance(report.end, CannotRecord)
    assert "was executed" in str(report.end) and "no space" in str(report.end)
    assert (report.ran, report.not_run) == (number, script.count(";") - number)
    assert report.committed is bool(stays)
    assert report.exit_code == (4 if stays else 3)
    assert [kind for kind, _ in noted.ends] == ["done"] * number
    assert execute(session.connection, "SELECT id FROM t ORDER BY id") == [(type_of(session)(at),) for at in stays]
    session.connection.close()


def type_of(session: Session) -> type:
    """MariaDB's rows come as text."""
    return type(execute(session.connection, "SELECT 1")[0][0])


def test_in_one_transaction_for_all_of_them_nothing_stays(session: Session, audit: AuditLog) -> None:
    report, _ = ran(session, CASES["each by itself"][0], full_after(audit, 2), atomic=True)
    assert isinstance(report.end, CannotRecord)
    assert (report.ran, report.committed, report.rolled_back, report.exit_code) == (2, False, True, 3)
    assert execute(session.connection, "SELECT id FROM t") == []
    session.connection.close()


class Filling(NoKeeper):
    """Asked just before a statement is sent, when its intent is on disk: fills the disk at the second."""

    def __init__(self, log: AuditLog) -> None:
        self.log = log
        self.asked = 0

    def needed(self, clearance: Clearance) -> bool:
        self.asked += 1
        if self.asked == 2:
            fill(self.log)
        return super().needed(clearance)


@pytest.mark.parametrize("on_error", ["stop", "continue"])
def test_a_failure_is_told_and_not_that_it_could_not_be_written_down(
    session: Session, audit: AuditLog, on_error: str
) -> None:
    session.keeper = Filling(audit)
    script = "INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); INSERT INTO t VALUES (3);"
    report, noted = ran(session, script, unseen, on_error=on_error)
    assert [type(failure.error) for failure in report.failures] == [StatementFailed]
    assert isinstance(report.end, StatementFailed if on_error == "stop" else CannotRecord)
    assert (report.ran, report.not_run, report.exit_code) == (1, 1, 4)
    assert [kind for kind, _ in noted.ends][:2] == ["done", "StatementFailed"]
    assert len(execute(session.connection, "SELECT id FROM t")) == 1
    session.connection.close()


def test_statements_that_psql_joins_stay_when_a_later_one_fails(postgres_target: Target, audit: AuditLog) -> None:
    session, counting = session_to(postgres_target, audit)
    execute(counting.real, "CREATE TABLE t (id int PRIMARY KEY)")
    script = "INSERT INTO t VALUES (1)\\; INSERT INTO t VALUES (2);\nINSERT INTO t VALUES (1);\n"
    report, _ = ran(session, script, unseen)
    assert len(execute(counting.real, "SELECT id FROM t")) == 2
    assert (report.ran, report.committed, report.exit_code) == (2, True, 4)
    assert "what ran before the failure is committed and stays" in list(report.lines())
    session.connection.close()
