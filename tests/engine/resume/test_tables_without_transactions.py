"""What is written to a table without transactions stays, and the report and the ledger of the run know of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from safesql.engine.report import Report
from safesql.engine.session import Session
from safesql.errors import Refused
from safesql.target import Target
from tests.engine.resume.resume_rig import Rig, execute

TABLES = "CREATE TABLE kept (n int PRIMARY KEY) ENGINE = MyISAM; CREATE TABLE t (n int PRIMARY KEY) ENGINE = InnoDB"
STAYS = "what was written to kept (MyISAM) stays, for that has no transactions"


@pytest.fixture
def rig(mariadb_target: Target, tmp_path: Path) -> Rig:
    execute(mariadb_target, TABLES)
    return Rig(mariadb_target, tmp_path, tmp_path / "x.sql")


def rows(rig: Rig, table: str) -> list[str]:
    return sorted(str(row[0]) for row in execute(rig.target, f"SELECT n FROM {table}"))


def test_a_transaction_that_is_rolled_back_keeps_them(rig: Rig) -> None:
    rig.script.write_text("BEGIN;\nINSERT INTO t VALUES (1);\nINSERT INTO kept VALUES (1);\nINSERT INTO t VALUES (1);\nCOMMIT;\n")
    report = rig.run()
    assert isinstance(report, Report)
    assert (report.exit_code, report.committed, report.stays) == (4, False, True)
    assert STAYS in list(report.lines()) and "the open transaction was rolled back" in list(report.lines())
    assert not any("nothing of this run" in sentence or "is committed and stays" in sentence for sentence in report.lines())
    assert (rows(rig, "t"), rows(rig, "kept")) == ([], ["1"])
    with pytest.raises(Refused, match="kept \\(MyISAM\\) has no transactions"):
        rig.run(resume=True)
    assert rows(rig, "kept") == ["1"]


def test_a_link_that_is_lost_in_the_transaction_keeps_them(rig: Rig) -> None:
    rig.script.write_text("BEGIN;\nINSERT INTO t VALUES (1);\nINSERT INTO kept VALUES (1);\nINSERT INTO t VALUES (2);\nCOMMIT;\n")
    asked = iter(range(10))

    def cut(session: Session) -> None:
        if next(asked) == 3:
            execute(rig.target, f"KILL {session.connection.server.session}")

    report = rig.run(cut=cut)
    assert isinstance(report, Report)
    assert (report.exit_code, STAYS in list(report.lines())) == (4, True)
    assert (rows(rig, "t"), rows(rig, "kept")) == ([], ["1"])


def test_a_statement_that_fails_half_way_keeps_them(rig: Rig) -> None:
    execute(rig.target, "INSERT INTO kept VALUES (3)")
    rig.script.write_text("INSERT INTO kept VALUES (1), (2), (3), (4);\n")
    report = rig.run()
    assert isinstance(report, Report)
    assert (report.exit_code, STAYS in list(report.lines())) == (4, True)
    assert rows(rig, "kept") == ["1", "2", "3"]


def test_all_or_nothing_is_refused_before_anything_is_sent(rig: Rig) -> None:
    rig.script.write_text("INSERT INTO t VALUES (1);\nINSERT INTO kept VALUES (1);\n")
    with pytest.raises(AssertionError, match="kept \\(MyISAM\\) has no transactions, so -1 cannot undo what is written to it"):
        Rig(rig.target, rig.folder, rig.script, "-1").run()
    assert (rows(rig, "t"), rows(rig, "kept")) == ([], [])


def test_killed_at_any_step_they_are_never_written_twice(rig: Rig) -> None:
    rig.script.write_text("BEGIN;\nINSERT INTO t VALUES (1);\nINSERT INTO kept SELECT count(*) FROM kept;\nCOMMIT;\n")
    assert rig.run_in_child(-1)[0] == 0
    steps = int((rig.folder / "steps").read_text())
    for number in range(1, 13):
        execute(rig.target, "DELETE FROM t; DELETE FROM kept")
        for path in (rig.folder / "ledger").glob("*"):
            path.unlink()
        rig.run_in_child(steps * number // 13)
        before = rows(rig, "kept")
        with suppress(Refused):
            rig.run_in_child(-1, resume=True)
        assert len(rows(rig, "kept")) <= 1, (number, before)


@pytest.mark.parametrize("begin", ["BEGIN", "SET autocommit = 0", "SELECT 1"])
def test_a_question_of_ours_does_not_come_between_a_statement_and_its_number_of_rows(rig: Rig, begin: str) -> None:
    asked = "SELECT IF(ROW_COUNT() = 2, 1, (SELECT 1 UNION SELECT 2));\n"
    rig.script.write_text(
        f"{begin};\nINSERT INTO t VALUES (1), (2);\n{asked}UPDATE t SET n = n + 10 WHERE n < 3;\n{asked}"
        f"DELETE FROM t WHERE n > 10;\n{asked}COMMIT;\n"
    )
    report = rig.run()
    assert isinstance(report, Report)
    assert (report.exit_code, rows(rig, "t")) == (0, [])
