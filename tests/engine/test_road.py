"""The one road: what is sent is what was judged, a yes is for one statement, and a limit is held to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.backends.contract import Transaction
from safesql.engine.answers import Answers
from safesql.engine.batch import Options, judge_all, run
from safesql.engine.preflight import Demands
from safesql.engine.question import Choice, Question, Reply
from safesql.engine.report import Report
from safesql.engine.script import text_source
from safesql.engine.session import Session
from safesql.engine.stopped import Stopped
from safesql.engine.submit import submit
from safesql.errors import CannotRecord, Declined, Drift, StatementFailed
from safesql.guard.action import Action, Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.result import Result
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.store.trail import records
from tests.engine.recorder import Recorder, session_on

PG = DIALECTS["postgres"]


def _nothing(_result: Result) -> int:
    return 0


def _statement(text: str) -> Statement:
    (statement,) = split(text, PG)
    assert isinstance(statement, Statement)
    return statement


def _run(session: Session, text: str, options: Options | None = None) -> Report:
    sources = (text_source(text, 1),)
    return run(session, sources, options or Options(), _nothing, judge_all(session, sources, Options()).statements)


@dataclass(slots=True)
class Scripted:
    """A person who answers in a fixed order."""

    replies: list[Reply]
    asked: list[Question] = field(default_factory=list)

    def __call__(self, question: Question) -> Reply:
        self.asked.append(question)
        return self.replies.pop(0)


STATEMENTS = st.sampled_from([
    "SELECT 1", "DELETE FROM t", "DELETE FROM t WHERE id = 1", "UPDATE t SET a = 1", "UPDATE t SET a = 1 WHERE id = 2",
    "DROP TABLE t", "TRUNCATE t", "INSERT INTO t VALUES (1)", "WITH d AS (DELETE FROM t RETURNING 1) SELECT 1", "CALL p()",
    "SELECT 'x", "BEGIN", "COMMIT", "DELETE FROM t WHERE 1=1", "COPY t FROM PROGRAM 'x'", "frobnicate t",
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(STATEMENTS, max_size=6))
def test_what_is_sent_is_what_was_judged_and_allowed(audit: AuditLog, texts: list[str]) -> None:
    connection = Recorder()
    session = session_on(connection, audit)
    _run(session, ";\n".join(texts))
    pieces = [piece for piece in split(";\n".join(texts), PG) if isinstance(piece, Statement)]
    allowed = [p.text for p in pieces if judge(p, Policy()).action is Action.ALLOW and not p.problem]
    assert connection.sent == allowed[: len(connection.sent)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(STATEMENTS, min_size=1, max_size=6))
def test_a_run_that_passes_the_preflight_is_not_refused_on_its_way(audit: AuditLog, texts: list[str]) -> None:
    sources = (text_source(";\n".join(texts) + ";", 1),)
    session = session_on(Recorder(), audit)
    found = judge_all(session, sources, Options())
    report = run(session, sources, Options(), _nothing, found.statements)
    assert found.passes == (not isinstance(report.end, Stopped))


def test_a_yes_is_for_one_statement_only(audit: AuditLog) -> None:
    connection = Recorder()
    session = session_on(connection, audit, Policy(environment=Environment.DEVELOPMENT))
    session.ask = Scripted([Reply(Choice.RUN), Reply(Choice.CANCEL)])
    submit(session, _statement("DELETE FROM t;"), _nothing)
    with pytest.raises(Declined):
        submit(session, _statement("DELETE FROM t;"), _nothing)
    assert connection.sent == ["DELETE FROM t"]


def test_the_wrong_word_is_a_no(audit: AuditLog) -> None:
    connection = Recorder()
    session = session_on(connection, audit, Policy(environment=Environment.STAGING))
    session.ask = Scripted([Reply(Choice.RUN, typed="yes")])
    with pytest.raises(Declined):
        submit(session, _statement("DELETE FROM billing;"), _nothing)
    session.ask = Scripted([Reply(Choice.RUN, typed=" Billing ")])
    submit(session, _statement("DELETE FROM billing;"), _nothing)
    assert connection.sent == ["DELETE FROM billing"]


def test_nobody_can_say_yes_to_a_block(audit: AuditLog) -> None:
    session = session_on(Recorder(), audit)
    session.ask = person = Scripted([Reply(Choice.RUN, typed="billing")])
    with pytest.raises(Stopped):
        submit(session, _statement("DELETE FROM billing;"), _nothing)
    assert person.asked == []


def test_with_nobody_to_ask_the_answer_is_no(audit: AuditLog) -> None:
    connection = Recorder()
    with pytest.raises(Stopped, match="nobody to ask"):
        submit(session_on(connection, audit, Policy(environment=Environment.DEVELOPMENT)), _statement("DROP TABLE t;"), _nothing)
    assert connection.sent == []


@pytest.mark.parametrize(("rows", "log"), [(3, ["begin", "commit"]), (4, ["begin", "rollback"]), (2, ["begin", "rollback"])])
def test_expected_rows_are_exact_and_rolled_back_otherwise(audit: AuditLog, rows: int, log: list[str]) -> None:
    connection = Recorder(rows=rows)
    session = session_on(connection, audit)
    statement = _statement("DELETE FROM t WHERE id < 4;")
    if log[-1] == "rollback":
        with pytest.raises(Drift, match="rolled back"):
            submit(session, statement, _nothing, Answers(expect_rows=3))
    else:
        submit(session, statement, _nothing, Answers(expect_rows=3))
    assert connection.log == log


def test_inside_a_transaction_only_the_statement_is_taken_back(audit: AuditLog) -> None:
    connection = Recorder(rows=9, transaction=Transaction.OPEN)
    with pytest.raises(Drift):
        submit(session_on(connection, audit, Policy(max_rows=5)), _statement("DELETE FROM t WHERE a < 4;"), _nothing)
    assert connection.log == ["savepoint", "rollback to savepoint"]
    assert connection.transaction is Transaction.OPEN


def test_the_intent_is_written_before_and_the_outcome_after(audit: AuditLog) -> None:
    connection = Recorder(failing=frozenset({"DELETE FROM t WHERE id = 2"}))
    session = session_on(connection, audit)
    submit(session, _statement("DELETE FROM t WHERE id = 1;"), _nothing)
    with pytest.raises(StatementFailed):
        submit(session, _statement("DELETE FROM t WHERE id = 2;"), _nothing)
    with pytest.raises(Stopped):
        submit(session, _statement("DELETE FROM t;"), _nothing)
    told = [(record["event"], record.get("outcome")) for record in records(audit.path)]
    assert told == [
        ("intent", None), ("outcome", "done"), ("intent", None), ("outcome", "failed"), ("intent", None), ("outcome", "refused"),
    ]


def test_what_cannot_be_recorded_is_not_sent(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    (folder / "audit.jsonl").mkdir()
    connection = Recorder()
    with pytest.raises(CannotRecord):
        submit(session_on(connection, AuditLog.of(folder)), _statement("DELETE FROM t WHERE id = 1;"), _nothing)
    assert connection.sent == []


@pytest.mark.parametrize(
    ("text", "failing", "code"),
    [
        ("SELECT 1; SELECT 2", "", 0),
        ("SELECT 1; SELECT 2", "SELECT 2", 1),
        ("DELETE FROM t WHERE id = 1; SELECT 2", "SELECT 2", 4),
        ("BEGIN; DELETE FROM t WHERE id = 1; SELECT 2; COMMIT", "SELECT 2", 1),
        ("BEGIN; DELETE FROM t WHERE id = 1; COMMIT; SELECT 2", "SELECT 2", 4),
        ("BEGIN; DELETE FROM t WHERE id = 1; ROLLBACK; SELECT 2", "SELECT 2", 1),
        ("BEGIN; DELETE FROM t WHERE id = 1", "", 1),
        ("BEGIN; SELECT 1", "", 0),
    ],
)
def test_the_exit_code_says_what_stays(audit: AuditLog, text: str, failing: str, code: int) -> None:
    assert _run(session_on(Recorder(failing=frozenset({failing})), audit), text).exit_code == code


def test_all_or_nothing_commits_once_at_the_end(audit: AuditLog) -> None:
    options = Options(demands=Demands(atomic=True))
    good, bad = Recorder(), Recorder(failing=frozenset({"SELECT 2"}))
    assert _run(session_on(good, audit), "DELETE FROM t WHERE id = 1; SELECT 2", options).exit_code == 0
    assert _run(session_on(bad, audit), "DELETE FROM t WHERE id = 1; SELECT 2", options).exit_code == 1
    assert (good.log, bad.log) == (["begin", "commit"], ["begin", "rollback"])


def test_a_run_stops_when_the_session_reads_text_otherwise_than_the_script_was_cut(audit: AuditLog) -> None:
    connection = Recorder()                             # does not follow the SET, as after SET LOCAL and a rollback
    report = _run(session_on(connection, audit), "SET standard_conforming_strings = off; SELECT 'a\\'; --'")
    assert report.exit_code == 3
    assert connection.sent == ["SET standard_conforming_strings = off"]


def test_a_request_to_stop_is_obeyed_between_statements(audit: AuditLog) -> None:
    connection = Recorder()
    report = _run(session_on(connection, audit), "SELECT 1; SELECT 2; SELECT 3", Options(stop_asked=lambda: len(connection.sent) == 2))
    assert (connection.sent, report.exit_code, report.not_run) == (["SELECT 1", "SELECT 2"], 130, 1)


@pytest.mark.parametrize(("end", "passes"), [("\\.\n", True), ("\\.", True), ("", False), ("\\.x\n", False)])
def test_copy_data_that_may_be_cut_off_are_refused(audit: AuditLog, end: str, passes: bool) -> None:
    sources = (text_source(f"COPY t FROM stdin;\n1\ta\n{end}", 1),)
    assert judge_all(session_on(Recorder(), audit), sources, Options()).passes == passes


def test_a_table_is_fresh_only_when_its_creation_went_well(audit: AuditLog) -> None:
    text = "CREATE TABLE scratch (id int); DROP TABLE scratch"
    good, bad = Recorder(), Recorder(failing=frozenset({"CREATE TABLE scratch (id int)"}))
    options = Options(on_error="continue")
    assert _run(session_on(good, audit), text, options).exit_code == 0
    report = _run(session_on(bad, audit), text, options)
    assert isinstance(report.end, Stopped)
    assert bad.sent == ["CREATE TABLE scratch (id int)"]


def test_a_table_that_was_made_in_an_earlier_input_is_a_table_like_any_other(audit: AuditLog) -> None:
    session = session_on(Recorder(), audit)
    submit(session, _statement("CREATE TABLE scratch (id int);"), _nothing)
    session.forget_fresh()
    with pytest.raises(Stopped):
        submit(session, _statement("DELETE FROM scratch;"), _nothing)
