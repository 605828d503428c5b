from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.errors import CannotRecord
from safesql.store import lines
from safesql.store.audit import AnsweredBy, AuditLog, Intent, Outcome
from safesql.store.trail import broken, records, trail

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from safesql.store.audit import AuditLog, Intent, Outcome
log = AuditLog(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    record = log.intent(Intent(f"DELETE FROM t WHERE id = {number}", "allow", target=sys.argv[2]), durable=False)
    log.outcome(record, Outcome("done", rows=number), durable=number % 50 == 0)
log.flush()
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(count)])


def test_an_intent_and_its_outcome_are_two_lines_with_one_id(tmp_path: Path) -> None:
    log = AuditLog.of(tmp_path / "safesql")
    log.clock = lambda: NOON
    record = log.intent(
        Intent(
            "DELETE FROM billing", "type", rules=("delete-without-where",), target="app@db/billing", identity="73",
            os_user="ann", db_user="app", profile="prod", environment="production", file="a.sql", line=3,
            answer=AnsweredBy("ann", "typed", "ticket 12"), rows=2431, server_time="2026-03-01T12:00:01.000+00:00",
        )
    )
    log.outcome(record, Outcome("failed", rows=0, seconds=0.0125, code="23503", error="violates a key"))
    first, second = records(log.path)
    prev = first.pop("prev")
    assert first == {
        "event": "intent", "id": record, "time": "2026-03-01T12:00:00.000+00:00", "statement": "DELETE FROM billing",
        "verdict": "type", "rules": ["delete-without-where"], "target": "app@db/billing", "identity": "73",
        "os_user": "ann", "db_user": "app", "profile": "prod", "environment": "production", "file": "a.sql", "line": 3,
        "answer": {"by": "ann", "how": "typed", "reason": "ticket 12"}, "rows": 2431,
        "server_time": "2026-03-01T12:00:01.000+00:00",
    }
    assert prev == lines.START
    assert (second["event"], second["id"], second["outcome"]) == ("outcome", record, "failed")
    assert (second["rows"], second["duration_ms"], second["code"]) == (0, 12.5, "23503")
    assert log.path.stat().st_mode & 0o777 == 0o600


def test_no_secret_reaches_the_log(tmp_path: Path) -> None:
    log = AuditLog.of(tmp_path)
    answer = AnsweredBy("ann", "option", "password=hunter2")
    record = log.intent(Intent("ALTER ROLE a PASSWORD 'hunter2'", "allow", answer=answer))
    log.outcome(record, Outcome("failed", error="could not connect to postgresql://a:hunter2@h"))
    assert "hunter2" not in log.path.read_text()


def test_of_an_enormous_statement_the_beginning_and_the_length_are_kept(tmp_path: Path) -> None:
    log = AuditLog.of(tmp_path)
    log.intent(Intent("SELECT " + "1," * 1_000_000 + "1", "allow"))
    (found,) = records(log.path)
    assert found["statement_length"] == 2_000_008
    assert len(found["statement"]) == 65_536


def test_four_processes_tear_no_line_and_break_no_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    writers = [writer(path, f"w{number}", 250) for number in range(4)]
    assert [process.wait(60) for process in writers] == [0, 0, 0, 0]
    found = list(records(path))
    assert len(found) == 4 * 500
    assert broken(path) == ()
    for number in range(4):
        ours = [each for each in found if each.get("target") == f"w{number}"]
        assert [each["statement"] for each in ours] == [f"DELETE FROM t WHERE id = {n}" for n in range(250)]


def test_a_killed_writer_leaves_whole_lines_and_the_next_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for _ in range(3):
        process = writer(path, "killed", 1_000_000)
        before = path.stat().st_size if path.exists() else 0
        until = time.monotonic() + 30
        while (not path.exists() or path.stat().st_size < before + 20_000) and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    AuditLog(path).intent(Intent("SELECT 1", "allow"))
    assert broken(path) == ()
    assert list(records(path))[-1]["statement"] == "SELECT 1"


@given(cut=st.integers(1, 400))
def test_a_torn_tail_is_skipped_and_stays_visible(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    log = AuditLog(tmp_path_factory.mktemp("audit") / "audit.jsonl")
    for number in range(3):
        log.intent(Intent(f"SELECT {number}", "allow"))
    size = log.path.stat().st_size
    os.truncate(log.path, size - min(cut, size - 1))
    left = [each["statement"] for each in records(log.path)]
    AuditLog(log.path).intent(Intent("SELECT 'after'", "allow"))
    found = [each["statement"] for each in records(log.path)]
    assert found[-1] == "SELECT 'after'"
    assert found[: len(left)] == left
    last = list(trail(log.path))[-1]
    assert last.chained


def test_a_changed_a_removed_and_an_inserted_line_are_found(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    for number in range(5):
        log.intent(Intent(f"SELECT {number}", "allow"))
    whole = log.path.read_text().splitlines(keepends=True)
    changed = [whole[0], whole[1], whole[2].replace("SELECT 2", "SELECT 9"), whole[3], whole[4]]
    for tampered, line in ((changed, 4), (whole[:2] + whole[3:], 3), ([*whole[:2], whole[0], *whole[2:]], 3)):
        log.path.write_text("".join(tampered))
        assert line in broken(log.path)
    log.path.write_text("".join(whole))
    assert broken(log.path) == ()


def test_two_logs_of_one_process_keep_one_chain(tmp_path: Path) -> None:
    one, other = AuditLog(tmp_path / "audit.jsonl"), AuditLog(tmp_path / "audit.jsonl")
    for number in range(10):
        (one if number % 3 else other).intent(Intent(f"SELECT {number}", "allow"), durable=False)
    assert broken(one.path) == ()
    assert len(list(records(one.path))) == 10


def test_a_log_that_was_removed_begins_again(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.intent(Intent("SELECT 1", "allow"))
    log.path.unlink()
    log.intent(Intent("SELECT 2", "allow"))
    assert [each["statement"] for each in records(log.path)] == ["SELECT 2"]
    assert broken(log.path) == ()


def test_a_full_disk_is_a_refusal_with_path_and_reason(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.intent(Intent("SELECT 1", "allow"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.path.stat().st_size + 20, hard))
        for _ in range(2):
            with pytest.raises(CannotRecord, match=r"audit\.jsonl cannot be written"):
                log.intent(Intent("DELETE FROM t", "allow"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    log.intent(Intent("SELECT 2", "allow"))
    assert [each["statement"] for each in records(log.path)] == ["SELECT 1", "SELECT 2"]
    assert [each.chained for each in trail(log.path)] == [True, False, True]


def test_a_folder_that_cannot_be_made_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotRecord):
        AuditLog.of(tmp_path / "file" / "safesql")


def test_a_line_that_is_no_object_is_reported_and_skipped(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.path.write_bytes(b"\xff\xfe\n[1]\n" + b"[" * 100_000 + b"\n")
    log.intent(Intent("SELECT 1", "allow"))
    assert broken(log.path) == (1, 2, 3)
    assert len(list(records(log.path))) == 1


@given(st.text())
def test_any_statement_is_one_line_of_json(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    log = AuditLog(tmp_path_factory.mktemp("audit") / "audit.jsonl")
    log.intent(Intent(text, "allow"), durable=False)
    raw = log.path.read_bytes()
    assert raw.count(b"\n") == 1
    assert raw.isascii()
    json.loads(raw)
