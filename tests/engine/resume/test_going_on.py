"""What --resume does and does not do: changed scripts, locks, sessions that cannot be had again, doubts, full disks."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from safesql.engine.report import Report
from safesql.engine.session import Session
from safesql.errors import Drift, OutcomeUnknown, Refused, UsageError
from safesql.store.ledger.entry import Entry, Sign, line
from safesql.target import Target
from tests.engine.resume.resume_rig import Rig, execute, in_child, ledgers

TABLE = "CREATE TABLE t (n int);\n"
ONE, TWO, THREE = (f"INSERT INTO t VALUES ({number});\n" for number in (1, 2, 3))
FAILS = "INSERT INTO t SELECT n + 10 FROM gate;\n"


@pytest.fixture
def rig(target: Target, tmp_path: Path) -> Rig:
    return Rig(target, tmp_path / "state", tmp_path / "script.sql")


def _gate(target: Target) -> None:
    execute(target, "CREATE TABLE gate (n int); INSERT INTO gate VALUES (1)")


def _rows(target: Target) -> list[str]:
    return sorted(str(row[0]) for row in execute(target, "SELECT n FROM t"))


def _failed(rig: Rig, text: str) -> Report:
    """A first run, which stops."""
    rig.script.write_text(text)
    report = rig.run()
    assert isinstance(report, Report) and report.end is not None
    return report


def _resumed(rig: Rig, last_done: int | None = None) -> Report:
    report = rig.run(resume=True, last_done=last_done)
    assert isinstance(report, Report), report
    return report


def test_a_script_that_nobody_ran_has_nothing_to_resume(rig: Rig) -> None:
    rig.script.write_text(TABLE + ONE)
    assert rig.run(resume=True) == "nothing to resume: no run of this script on this target was interrupted"
    with pytest.raises(Exception, match=r"no such table|does not exist|doesn.t exist"):
        _rows(rig.target)


def test_a_script_that_was_run_to_its_end_is_not_run_again(rig: Rig) -> None:
    rig.script.write_text(TABLE + ONE)
    assert isinstance(rig.run(), Report)
    said = rig.run(resume=True)
    assert isinstance(said, str) and said.startswith("nothing to resume: the script was run to its end")
    assert _rows(rig.target) == ["1"]


@pytest.mark.parametrize(("before", "after", "place"), [
    (TABLE + ONE + TWO + FAILS, TABLE + ONE + THREE + FAILS, "script.sql:3: statement 3"),
    (TABLE + ONE + TWO + FAILS, TABLE + ONE + FAILS, "script.sql:3: statement 3"),
    (TABLE + ONE + TWO + FAILS, TABLE + ONE + TWO + FAILS + THREE, "behind statement 4, in line 4"),
])  # fmt: skip
def test_a_changed_script_is_refused_with_the_first_difference(rig: Rig, before: str, after: str, place: str) -> None:
    _failed(rig, before)
    rig.script.write_text(after)
    _gate(rig.target)
    with pytest.raises(Drift, match=f"{place}"):
        rig.run(resume=True)
    assert _rows(rig.target) == ["1", "2"]


def test_a_changed_file_that_is_included_is_a_changed_script(postgres_target: Target, tmp_path: Path) -> None:
    rig, other = Rig(postgres_target, tmp_path / "state", tmp_path / "script.sql"), tmp_path / "other.sql"
    other.write_text(ONE)
    _failed(rig, f"{TABLE}\\ir other.sql\n{FAILS}")
    other.write_text(TWO)
    with pytest.raises(Drift, match=r"other\.sql:1: statement 2"):
        rig.run(resume=True)


def test_a_script_under_another_name_is_the_same_script(rig: Rig) -> None:
    _failed(rig, TABLE + ONE + FAILS)
    moved = Rig(rig.target, rig.folder, rig.script.with_name("moved.sql"))
    rig.script.rename(moved.script)
    _gate(rig.target)
    assert _resumed(moved).exit_code == 0
    assert _rows(rig.target) == ["1", "11"]


def test_two_runs_at_once_are_refused(rig: Rig) -> None:
    rig.script.write_text(TABLE + ONE)
    said: list[str] = []

    def second(_session: Session) -> None:
        with pytest.raises(Refused, match="another safesql is running this script on this target") as refused:
            rig.run()
        said.append(str(refused.value))

    report = rig.run(cut=second)
    assert isinstance(report, Report) and report.exit_code == 0
    assert said


def test_a_run_that_is_stopped_goes_on_behind_what_it_did(rig: Rig) -> None:
    rig.script.write_text(TABLE + ONE + TWO + THREE)
    asked = iter(range(10))

    def stop(_session: Session) -> bool:
        return next(asked) > 0 and bool(_rows(rig.target))

    report = rig.run(cut=stop)
    assert isinstance(report, Report)
    assert (report.exit_code, report.ran, report.committed) == (130, 2, True)
    assert _rows(rig.target) == ["1"]
    again = _resumed(rig)
    assert (again.exit_code, again.passed, again.ran) == (0, 2, 2)
    assert _rows(rig.target) == ["1", "2", "3"]


def test_a_failure_of_the_run_that_goes_on_says_that_the_part_before_stays(rig: Rig) -> None:
    _failed(rig, TABLE + ONE + FAILS + TWO)
    again = _resumed(rig)
    assert (again.exit_code, again.passed, again.ran, again.not_run) == (4, 2, 0, 1)
    assert "what ran before the failure is committed and stays" in list(again.lines())


def test_failures_that_a_run_went_on_behind_are_over(rig: Rig) -> None:
    go_on = Rig(rig.target, rig.folder, rig.script, "continue")
    go_on.script.write_text(f"{TABLE}SELECT n FROM gate;\n{ONE}{TWO}")
    asked = 0

    def stop(_session: Session) -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    assert isinstance(go_on.run(cut=stop), Report)
    assert _resumed(go_on).exit_code == 0            # the table that was missing is missing still
    assert _rows(rig.target) == ["1", "2"]


def test_all_or_nothing_begins_anew(rig: Rig) -> None:
    atomic = Rig(rig.target, rig.folder, rig.script, "-1")
    if rig.target.backend == "mysql":
        execute(rig.target, "CREATE TABLE t (n int)")
    text = ("" if rig.target.backend == "mysql" else TABLE) + ONE + FAILS
    assert _failed(atomic, text).exit_code == 1
    _gate(rig.target)
    report = atomic.run(resume=True)
    report = atomic.run() if isinstance(report, str) else report
    assert isinstance(report, Report) and report.exit_code == 0
    assert _rows(rig.target) == ["1", "11"]


def test_another_mode_is_another_run(rig: Rig) -> None:
    _failed(rig, TABLE + ONE + FAILS)
    with pytest.raises(UsageError, match="the run before was without -1"):
        Rig(rig.target, rig.folder, rig.script, "-1").run(resume=True)


LOST = {
    "temporary table from a table": "CREATE TEMPORARY TABLE w AS SELECT n FROM t;\n{fails}INSERT INTO t SELECT n FROM w;\n",
    "temporary table with chance": "CREATE TEMPORARY TABLE w (n int);\nINSERT INTO w SELECT random();\n{fails}INSERT INTO t SELECT n FROM w;\n",
}


@pytest.mark.parametrize("text", LOST.values(), ids=LOST)
def test_a_session_that_cannot_be_had_again_is_refused(rig: Rig, text: str) -> None:
    text = text.replace("random", "rand") if rig.target.backend == "mysql" else text
    _failed(rig, TABLE + ONE + text.format(fails=FAILS))
    _gate(rig.target)
    before = _rows(rig.target)
    with pytest.raises(Refused, match=r"the session cannot be made what it was: .*temporary table w"):
        rig.run(resume=True)
    assert _rows(rig.target) == before


@pytest.mark.parametrize("text", LOST.values(), ids=LOST)
def test_what_is_not_used_any_more_need_not_be_had_again(rig: Rig, text: str) -> None:
    text = text.replace("random", "rand") if rig.target.backend == "mysql" else text
    _failed(rig, TABLE + ONE + text.format(fails="").replace("INSERT INTO t SELECT n FROM w;\n", "") + FAILS + TWO)
    _gate(rig.target)
    assert _resumed(rig).exit_code == 0
    assert _rows(rig.target) == ["1", "11", "2"]


MARIADB_LOST = {
    "SELECT max(n) INTO @m FROM t;": "the value of @m came from what the tables held then",
    "SET @m = LAST_INSERT_ID();": "@m holds what last_insert_id was then",
    "SELECT @m := n FROM t;": "the value of @m came from what the tables held then",
}


@pytest.mark.parametrize("statement", MARIADB_LOST)
def test_a_variable_that_came_from_rows_is_refused_where_it_is_used(mariadb_target: Target, tmp_path: Path, statement: str) -> None:
    rig = Rig(mariadb_target, tmp_path / "state", tmp_path / "script.sql")
    _failed(rig, f"{TABLE}{ONE}{statement}\n{FAILS}INSERT INTO t VALUES (@m);\n")
    with pytest.raises(Refused, match=MARIADB_LOST[statement]):
        rig.run(resume=True)


def test_a_function_that_tells_of_the_statement_before_is_refused(mariadb_target: Target, tmp_path: Path) -> None:
    rig = Rig(mariadb_target, tmp_path / "state", tmp_path / "script.sql")
    text = "CREATE TABLE t (n int AUTO_INCREMENT PRIMARY KEY);\nINSERT INTO t VALUES (NULL);\nINSERT INTO u VALUES (LAST_INSERT_ID());\n"
    _failed(rig, text)
    with pytest.raises(Refused, match="last_insert_id tells of a statement that the session before has run"):
        rig.run(resume=True)


def test_rows_of_a_table_without_transactions_are_not_added_twice(mariadb_target: Target, tmp_path: Path) -> None:
    rig = Rig(mariadb_target, tmp_path / "state", tmp_path / "script.sql")
    _failed(rig, f"CREATE TABLE t (n int) ENGINE MyISAM;\nBEGIN;\n{ONE}{FAILS}COMMIT;\n")
    _gate(mariadb_target)
    with pytest.raises(Refused, match="has no transactions, so rows of the statements that would be sent again are there"):
        rig.run(resume=True)
    assert _rows(mariadb_target) == ["1"]


def test_a_definition_that_fails_has_committed_what_was_before_it(mariadb_target: Target, tmp_path: Path) -> None:
    rig = Rig(mariadb_target, tmp_path / "state", tmp_path / "script.sql")
    execute(mariadb_target, "CREATE TABLE t (n int); CREATE TABLE u (n int)")
    report = _failed(rig, f"BEGIN;\n{ONE}CREATE TABLE u (n int);\n{TWO}COMMIT;\n")
    assert _rows(mariadb_target) == ["1"]
    assert (report.exit_code, report.committed) == (4, True)
    execute(mariadb_target, "DROP TABLE u")
    assert _resumed(rig).exit_code == 0
    assert _rows(mariadb_target) == ["1", "2"]


PSQL = r"""CREATE TABLE t (n int);
SELECT 41 + 1 AS answer \gset
INSERT INTO t VALUES (:answer);
\if :answer
INSERT INTO t SELECT n + 10 FROM gate;
\endif
INSERT INTO t VALUES (:answer + 1);
"""


def test_variables_of_psql_are_kept(postgres_target: Target, tmp_path: Path) -> None:
    rig = Rig(postgres_target, tmp_path / "state", tmp_path / "script.sql")
    _failed(rig, PSQL.replace(r"\if :answer", r"\if true"))
    _gate(postgres_target)
    assert _resumed(rig).exit_code == 0
    assert _rows(postgres_target) == ["11", "42", "43"]


def _doubt(rig: Rig, *entries: Entry) -> None:
    """Make the last statement of a run that stopped one whose end was never told."""
    (ledger,) = ledgers(rig)
    writer = ledger.writer()
    for entry in entries:
        writer.add(line(entry))
    writer.sync()
    writer.close()


@pytest.mark.parametrize(("answer", "rows"), [(2, ["1", "11"]), (3, ["1"])])
def test_a_doubt_is_a_persons_to_settle(rig: Rig, answer: int, rows: list[str]) -> None:
    _failed(rig, TABLE + ONE + FAILS)
    execute(rig.target, "CREATE TABLE moved (n int)")           # the server's log and the file have moved on
    _gate(rig.target)
    _doubt(rig, Entry(Sign.STARTED, 3))
    with pytest.raises(OutcomeUnknown, match=r"statement 3 \(.*script.sql:3\) was committed is not known.*--last-done 2 when it was not; --resume --last-done 3 when it was"):
        rig.run(resume=True)
    with pytest.raises(UsageError, match="in doubt is whether the last one was 2 or 3"):
        rig.run(resume=True, last_done=1)
    assert _resumed(rig, answer).exit_code == 0
    assert _rows(rig.target) == rows


def test_an_answer_where_nothing_is_in_doubt_is_wrong(rig: Rig) -> None:
    _failed(rig, TABLE + ONE + FAILS)
    with pytest.raises(UsageError, match="there is none"):
        rig.run(resume=True, last_done=2)


def test_a_run_whose_ledger_finds_no_room_stops_and_says_what_is_committed(rig: Rig) -> None:
    rig.script.write_text(TABLE + "".join(f"INSERT INTO t VALUES ({number});\n" for number in range(60)))

    asked = 0

    def full(_session: Session) -> None:
        nonlocal asked
        asked += 1
        if asked == 20:
            (ledger,) = ledgers(rig)
            mine = next(link for link in Path("/proc/self/fd").iterdir() if link.resolve() == ledger.path)
            os.dup2(os.open("/dev/full", os.O_RDWR), int(mine.name))

    def child() -> int:
        report = rig.run(cut=full)
        assert isinstance(report, Report)
        told = rig.script.with_name("told")
        told.write_text(f"{type(report.end).__name__} {report.exit_code} {report.committed} {report.ran}")
        return 0

    assert in_child(child) == 0
    there = len(_rows(rig.target))                   # as many as were sent, or none where they were written down together
    assert rig.script.with_name("told").read_text() == f"CannotRecord 4 True {1 + there}" and there < 19
    assert _resumed(rig).exit_code == 0
    assert _rows(rig.target) == sorted(map(str, range(60)))


def test_ctrl_c_between_two_statements_leaves_a_true_ledger(rig: Rig) -> None:
    rig.script.write_text(TABLE + ONE + TWO + THREE)
    asked = 0

    def interrupt(_session: Session) -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            os.kill(os.getpid(), signal.SIGINT)

    report = rig.run(cut=interrupt)
    assert isinstance(report, Report)
    assert (report.exit_code, report.committed) == (130, True)
    assert _resumed(rig).exit_code == 0
    assert _rows(rig.target) == ["1", "2", "3"]
