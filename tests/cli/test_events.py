"""What --events tells programs: every line holds to the schema that is shipped, in order, to a truthful end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from safesql.cli.events_command import schema_text
from safesql.target import Target

PACKAGE = Path(__file__).parents[2] / "safesql"
SCHEMA = json.loads(schema_text())
VALID = Draft202012Validator(SCHEMA)
Event = dict[str, Any]
TABLE = "CREATE TABLE t (id int PRIMARY KEY, name varchar(9));\n"
ROWS = "".join(f"INSERT INTO t VALUES ({at}, 'x');\n" for at in range(1, 21))


def url_of(target: Target) -> str:
    if target.backend == "sqlite":
        return target.path
    scheme = "postgresql" if target.backend == "postgres" else "mariadb"
    secret = ":s3cret-word" if target.backend == "postgres" else ""             # which trust does not look at
    return f"{scheme}://{target.user}{secret}@{target.host}:{target.port}/{target.database}"


def started(home: Path, *words: str, **pipes: Any) -> subprocess.Popen[bytes]:
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PGPASSWORD": "another-secret"}
    return subprocess.Popen([sys.executable, "-m", "safesql", "--environment", "development", *words], cwd=home, env=env,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **pipes)


def run(home: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    child = started(home, *words)
    out, err = child.communicate(timeout=60)
    return subprocess.CompletedProcess(words, child.returncode, out, err)


def events_of(text: str) -> list[Event]:
    """Each line held against the schema; numbered without a gap; the first and the last as they must be."""
    events: list[Event] = [json.loads(line) for line in text.splitlines()]
    for event in events:
        VALID.validate(event)
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert [event["event"] for event in events].count("run_ended") == 1
    assert events[-1]["event"] == "run_ended"
    return events


def named(events: list[Event], name: str) -> list[Event]:
    return [event for event in events if event["event"] == name]


@pytest.fixture
def followed(tmp_path: Path, target: Target) -> Callable[..., tuple[list[Event], subprocess.CompletedProcess[bytes]]]:
    """Run a script on each of the servers in turn, with its events."""

    def one(script: str, *words: str) -> tuple[list[Event], subprocess.CompletedProcess[bytes]]:
        path, events = tmp_path / "changes.sql", tmp_path / "events.jsonl"
        path.write_text(script)
        events.unlink(missing_ok=True)
        done = run(tmp_path, url_of(target), "-f", str(path), "--events", str(events), *words)
        return events_of(events.read_text()), done

    return one


Followed = Callable[..., tuple[list[Event], subprocess.CompletedProcess[bytes]]]


def test_the_schema_is_one_and_says_what_each_event_is() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    told = set(re.findall(r'"((?:run|statement)_\w+|notice|commit|rollback|progress)"', (PACKAGE / "engine/events.py").read_text()))
    assert told == set(SCHEMA["$defs"])


@pytest.mark.parametrize("words", [(), ("-1",), ("--on-error", "continue")])
def test_a_run_is_told_of_statement_by_statement(followed: Followed, words: tuple[str, ...]) -> None:
    made, _ = followed(TABLE)
    assert named(made, "commit")
    events, done = followed(f"{ROWS}INSERT INTO t VALUES (1, 'again');\nINSERT INTO t VALUES (21, 'x');\n", *words)
    begun, ended = events[0], events[-1]
    assert (begun["event"], begun["statements"], begun["single_transaction"]) == ("run_started", 22, "-1" in words)
    assert (ended["exit_code"], ended["committed"]) == (done.returncode, "-1" not in words)
    assert done.returncode == (1 if "-1" in words else 4)
    assert [event["number"] for event in named(events, "statement_ended")][:20] == list(range(1, 21))
    assert {(event["verb"], event["target"], event["verdict"], event["rows"]) for event in named(events, "statement_ended")} == {
        ("INSERT", "t", "allow", 1)
    }
    (failed,) = named(events, "statement_failed")
    assert (failed["number"], failed["line"], bool(failed["code"])) == (21, 21, True)
    started_numbers = sorted(event["number"] for event in named(events, "statement_started"))
    ends = ("statement_ended", "statement_failed", "statement_not_run")
    assert sorted(event["number"] for event in events if event["event"] in ends) == started_numbers
    assert (ended["ran"], ended["failed"]) == ((21, 1) if "continue" in words else (20, 1))


def test_every_kind_of_event_is_told_by_some_run_as_the_schema_has_it(tmp_path: Path, postgres_target: Target) -> None:
    path, script = tmp_path / "events.jsonl", tmp_path / "changes.sql"
    told: dict[str, Event] = {}
    for text, words, code in (
        (f"{TABLE}{TABLE.replace('TABLE', 'TABLE IF NOT EXISTS')}BEGIN;\n{ROWS}ROLLBACK;\nSELECT pg_sleep(1.2);\n", (), 0),
        (f"{ROWS}INSERT INTO t VALUES (1, 'again');\n{ROWS}", ("-1",), 1),
        ("DELETE FROM t;\n", ("--environment", "production"), 3),
    ):
        script.write_text(text)
        path.unlink(missing_ok=True)
        assert run(tmp_path, url_of(postgres_target), "-f", str(script), "--events", str(path), *words).returncode == code
        told |= {event["event"]: event for event in events_of(path.read_text())}
    assert set(told) == set(SCHEMA["$defs"])
    assert (told["notice"]["number"], told["notice"]["severity"]) == (2, "NOTICE")
    assert told["rollback"]["number"] == 24
    assert told["statement_not_run"]["number"] > 21


def test_nothing_on_stdout_changes_and_a_dash_is_stderr(tmp_path: Path, target: Target) -> None:
    words = (url_of(target), "-c", "SELECT 1 AS one, 'x' AS two")
    plain = run(tmp_path, *words)
    with_events = run(tmp_path, *words, "--events", "-")
    assert with_events.stdout == plain.stdout
    events = events_of("".join(line for line in with_events.stderr.decode().splitlines(keepends=True) if line.startswith("{")))
    assert named(events, "statement_ended")[0]["shown"] == 1


def test_no_secret_is_told(tmp_path: Path, postgres_target: Target) -> None:
    path = tmp_path / "events.jsonl"
    secret = "CREATE ROLE safesql_never PASSWORD 'hidden-one' NOSUCHWORD"
    done = run(tmp_path, url_of(postgres_target), "-c", secret, "--events", str(path),
               "--allow", "server-control", "--reason", "a test")
    assert done.returncode
    assert named(events_of(path.read_text()), "run_ended")
    for word in ("s3cret-word", "another-secret", "hidden-one"):
        assert word not in path.read_text()
    assert "safesql_never" in path.read_text()


def test_a_refused_script_is_told_with_its_findings(tmp_path: Path, sqlite_target: Target) -> None:
    path = tmp_path / "events.jsonl"
    run(tmp_path, sqlite_target.path, "-c", TABLE)
    done = run(tmp_path, sqlite_target.path, "--environment", "production", "-c", "DELETE FROM t", "--events", str(path))
    events = events_of(path.read_text())
    (refused,) = named(events, "statement_refused")
    assert (done.returncode, events[-1]["exit_code"]) == (3, 3)
    assert refused["findings"][0]["rule"] == "delete-without-where"
    assert not named(events, "statement_started")


def test_a_server_that_is_not_there_ends_the_events_as_well(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    done = run(tmp_path, "postgresql://nobody@127.0.0.1:9/none", "-c", "SELECT 1", "--events", str(path))
    (ended,) = events_of(path.read_text())
    assert (done.returncode, ended["exit_code"]) == (8, 8)


@pytest.mark.parametrize("path", ["/dev/full", "/nowhere/events", "/"])
def test_a_run_that_cannot_be_followed_does_not_begin(tmp_path: Path, sqlite_target: Target, path: str) -> None:
    done = run(tmp_path, sqlite_target.path, "-c", TABLE, "--events", path)
    assert done.returncode == (3 if path == "/dev/full" else 2)
    assert b"cannot be written" in done.stderr
    assert b"t" not in run(tmp_path, sqlite_target.path, "-c", "SELECT name FROM sqlite_master").stdout.splitlines()


@pytest.mark.parametrize(("words", "code", "stay"), [((), 4, True), (("-1",), 3, False)])
def test_a_reader_who_leaves_stops_the_run_after_the_current_statement(
    tmp_path: Path, sqlite_target: Target, words: tuple[str, ...], code: int, stay: bool
) -> None:
    run(tmp_path, sqlite_target.path, "-c", TABLE)
    script, pipe = tmp_path / "changes.sql", tmp_path / "pipe"
    script.write_text("".join(f"INSERT INTO t VALUES ({at}, 'x');\n" for at in range(1, 20_001)))
    os.mkfifo(pipe)

    def read_a_little() -> None:
        with pipe.open() as reader:
            for _ in range(40):
                reader.readline()

    reading = threading.Thread(target=read_a_little)
    reading.start()
    done = run(tmp_path, sqlite_target.path, "-f", str(script), "--events", str(pipe), *words)
    reading.join()
    assert done.returncode == code
    assert b"the events cannot be written" in done.stderr
    rows = int(run(tmp_path, sqlite_target.path, "-c", "SELECT count(*) FROM t").stdout.split()[-1])
    assert (0 < rows < 20_000) if stay else rows == 0
    said = re.search(rb"ran (\d+) of", done.stderr)
    assert said is not None
    assert not stay or int(said[1]) == rows


@pytest.fixture
def slow(tmp_path: Path, postgres_target: Target) -> Iterator[subprocess.Popen[bytes]]:
    script = tmp_path / "slow.sql"
    script.write_text(f"{TABLE}BEGIN;\nINSERT INTO t VALUES (1, 'x');\nSELECT pg_sleep(1.5);\n" + ROWS.replace("(", "(1"))
    child = started(tmp_path, url_of(postgres_target), "-f", str(script), "--events", str(tmp_path / "events.jsonl"))
    yield child
    child.kill()
    child.communicate()


def test_sigterm_stops_after_the_current_statement_and_the_last_event_says_so(
    tmp_path: Path, slow: subprocess.Popen[bytes]
) -> None:
    path = tmp_path / "events.jsonl"
    while not path.exists() or "pg_sleep" not in path.read_text():
        time.sleep(0.05)
    slow.send_signal(signal.SIGTERM)
    assert slow.wait(20) == 130
    events = events_of(path.read_text())
    assert [event["verb"] for event in named(events, "statement_ended")] == ["CREATE TABLE", "BEGIN", "INSERT", "SELECT"]
    ended = events[-1]
    assert (ended["exit_code"], ended["ran"], ended["committed"], ended["rolled_back"]) == (130, 4, True, True)
    assert len(named(events, "commit")) == 1


def test_progress_comes_once_a_second(tmp_path: Path, postgres_target: Target) -> None:
    path = tmp_path / "events.jsonl"
    words = [word for _ in range(12) for word in ("-c", "SELECT pg_sleep(0.2)")]
    run(tmp_path, url_of(postgres_target), *words, "--events", str(path))
    progress = named(events_of(path.read_text()), "progress")
    assert 1 <= len(progress) <= 3
    assert 0 < progress[0]["statements"] < progress[0]["of"] == 12
    assert progress[0]["seconds_left"] > 0
