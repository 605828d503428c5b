from __future__ import annotations

import os
import resource
import signal
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.errors import CannotRecord
from safesql.sql.dialect import Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.review import MARKER, ReviewFile, StagedStatement, entry

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def staged(text: str, dialect: str = "postgres", target: str = "app@db/billing", rows: str = "") -> StagedStatement:
    return StagedStatement(
        Statement(text, DIALECTS[dialect]), target, "billing", NOON, "block", ("delete-without-where",),
        (rows,) if rows else (),
    )


def statements(text: str, dialect: str) -> list[str]:
    return [piece.text for piece in split(text, DIALECTS[dialect]) if isinstance(piece, Statement)]


def test_an_entry_says_what_a_reviewer_wants_to_know(tmp_path: Path) -> None:
    review = ReviewFile(tmp_path / "changes.sql")
    review.append(staged("DELETE FROM billing", rows="2,431 of 2,431 rows of billing"))
    review.append(staged("DROP TABLE x -- gone"))
    assert review.text() == (
        f"{MARKER}\n\n"
        "-- staged:   2026-03-01T12:00:00+00:00\n"
        "-- target:   app@db/billing\n"
        "-- database: billing\n"
        "-- verdict:  block (delete-without-where)\n"
        "-- rows:     2,431 of 2,431 rows of billing\n"
        "DELETE FROM billing;\n\n"
        "-- staged:   2026-03-01T12:00:00+00:00\n"
        "-- target:   app@db/billing\n"
        "-- database: billing\n"
        "-- verdict:  block (delete-without-where)\n"
        "DROP TABLE x -- gone\n;\n"
    )
    assert review.path.stat().st_mode & 0o777 == 0o600


TEXTS = {
    "postgres": [
        "DELETE FROM t", "DELETE FROM t WHERE a = 'x;y' -- why", "DO $$ BEGIN DELETE FROM t; END $$",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "DELETE FROM t /* a ; b */",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM v)",
    ],
    "mysql": [
        "DELETE FROM t", "DELETE FROM t WHERE a = 'x;y' # why", "INSERT INTO t VALUES ('it\\'s // ; $$')",
        "CREATE PROCEDURE p() BEGIN DELETE FROM t; SELECT 'a // b'; END",
        "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END",
    ],
    "sqlite": ["DELETE FROM t", "CREATE TRIGGER r AFTER DELETE ON t BEGIN DELETE FROM u; DELETE FROM v; END"],
}
TEXTS["mariadb"] = TEXTS["mysql"]


@pytest.mark.parametrize("dialect", TEXTS)
def test_the_file_gives_back_every_statement_as_it_was(tmp_path: Path, dialect: str) -> None:
    review = ReviewFile(tmp_path / "changes.sql")
    for text in TEXTS[dialect]:
        review.append(staged(text, dialect))
    assert statements(review.text(), dialect) == TEXTS[dialect]


def test_sqlite_runs_the_file(tmp_path: Path) -> None:
    review = ReviewFile(tmp_path / "changes.sql")
    trigger = "CREATE TRIGGER r AFTER DELETE ON t BEGIN DELETE FROM u; END"
    for text in ("INSERT INTO t VALUES (2)", trigger, "DELETE FROM t"):
        review.append(staged(text, "sqlite", target="a\n;DROP TABLE u;\n--"))
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE t (a); CREATE TABLE u (b); INSERT INTO u VALUES (1);")
    connection.executescript(review.text())
    assert connection.execute("SELECT count(*) FROM u").fetchone() == (0,)


NAMES = st.text(max_size=40) | st.sampled_from(
    ["a\n\\! touch /tmp/x", "a\r\n.shell touch x", "a\u2028DROP TABLE t;", "a\u2029\\! x", "\x1b]0;t\x07", "\u202e",
     "*/ ;", "\\! touch /tmp/x", "a\0b"]
)


@given(NAMES, NAMES, st.sampled_from(sorted(DIALECTS)))
def test_no_name_gets_out_of_its_comment(target: str, rows: str, dialect: str) -> None:
    text = entry(staged("DELETE FROM t WHERE id = 1", dialect, target=target, rows=rows))
    *header, last = text.splitlines()
    assert last == "DELETE FROM t WHERE id = 1;"
    assert all(line.startswith("-- ") and line.isprintable() for line in header)
    assert statements(text, dialect) == ["DELETE FROM t WHERE id = 1"]


def test_unusual_modes_are_said() -> None:
    usual = DIALECTS["mysql"]
    unusual = usual.with_modes(*usual.modes, Mode.ANSI_QUOTES)
    assert "modes" not in entry(staged("DELETE FROM t", "mysql"))
    text = entry(StagedStatement(Statement("DELETE FROM t", unusual), "t", "d", NOON, "block"))
    assert "-- modes:    " in text
    assert "ANSI_QUOTES" in text


def test_an_answer_given_ahead_of_time_stays_with_its_statement() -> None:
    answered = Statement(
        "DELETE FROM t", DIALECTS["sqlite"],
        comments=("-- safesql: allow delete-without-where: staging", "-- just a note", "-- safesql: x\x1b[2J"),
    )
    lines = entry(StagedStatement(answered, "t", "d", NOON, "confirm")).splitlines()
    assert lines[-2:] == ["-- safesql: allow delete-without-where: staging", "DELETE FROM t;"]
    assert not any("note" in line or "\x1b" in line for line in lines)


def test_a_link_or_a_device_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "link.sql").symlink_to(tmp_path / "elsewhere.sql")
    os.mkfifo(tmp_path / "fifo.sql")
    for name in ("link.sql", "fifo.sql", "/dev/null", "missing/changes.sql"):
        with pytest.raises(CannotRecord):
            ReviewFile(tmp_path / name).append(staged("DELETE FROM t"))
    assert not (tmp_path / "elsewhere.sql").exists()


def test_text_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    review = ReviewFile(tmp_path / "changes.sql")
    with pytest.raises(CannotRecord, match="UTF-8"):
        review.append(staged("SELECT '\ud800'"))
    assert review.text() == ""


def test_half_a_statement_is_not_left_behind_by_a_full_disk(tmp_path: Path) -> None:
    review = ReviewFile(tmp_path / "changes.sql")
    review.append(staged("DELETE FROM t WHERE id = 1"))
    before = review.text()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 150, hard))
        with pytest.raises(CannotRecord, match="not staged"):
            review.append(staged("DELETE FROM t WHERE id = 2"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert review.text() == before


def test_nothing_was_staged_yet(tmp_path: Path) -> None:
    assert ReviewFile(tmp_path / "none.sql").text() == ""
