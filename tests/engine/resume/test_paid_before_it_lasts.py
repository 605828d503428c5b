"""An intent goes to the disk together with the ledger's line; where it does not get there, nothing is committed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safesql.engine.batch import Options, run, walk_of
from safesql.engine.resume.going_on import Asked, from_the_beginning
from safesql.engine.resume.place import Script, names_of
from safesql.engine.script import file_source
from safesql.errors import CannotRecord
from safesql.store.audit import AuditLog, Intent
from safesql.target import Target
from tests.engine.pipelined_rig import execute, session_to
from tests.engine.resume.resume_rig import unseen
from tests.engine.test_unrecorded_outcomes import Filling, fill

INTENT = Intent("DELETE FROM t", "allow")


def lines(log: AuditLog) -> int:
    return log.path.read_bytes().count(b"\n")


@pytest.mark.parametrize("beside", [False, True])
def test_what_is_owed_is_paid_once(audit: AuditLog, beside: bool) -> None:
    audit.intent(INTENT, owed=True)
    assert lines(audit) == 1
    done = []
    if beside:
        with audit.paying():
            done.append("meanwhile")
    else:
        audit.pay()
    fill(audit)
    audit.pay()
    with audit.paying():
        done.append("again")
    assert done == ["meanwhile", "again"][not beside :]


@pytest.mark.parametrize("beside", [False, True])
def test_what_cannot_be_paid_is_an_error(audit: AuditLog, beside: bool) -> None:
    audit.intent(INTENT, owed=True)
    fill(audit)
    with pytest.raises(CannotRecord, match="cannot be flushed to disk"):
        if beside:
            with audit.paying():
                pass
        else:
            audit.pay()


def test_what_need_not_last_is_not_owed(audit: AuditLog) -> None:
    audit.intent(INTENT, durable=False, owed=True)
    fill(audit)
    audit.pay()


@pytest.mark.parametrize("text", ["INSERT INTO t VALUES (2)", "UPDATE t SET id = 2 WHERE id = 1", "CREATE TABLE u (id int)"])
def test_a_statement_whose_intent_does_not_reach_the_disk_does_not_last(
    target: Target, tmp_path: Path, audit: AuditLog, text: str
) -> None:
    session, counting = session_to(target, audit)
    execute(counting.real, "CREATE TABLE t (id int PRIMARY KEY)")
    script = tmp_path / "script.sql"
    script.write_text(f"INSERT INTO t VALUES (1);\n{text};\nINSERT INTO t VALUES (3);\n")
    sources = (file_source(str(script)),)
    session.keeper = Filling(audit)
    walk = walk_of(session, sources)
    for _ in walk:
        pass
    asked = Asked(Script(str(walk.text), names_of(sources), atomic=False), lambda: walk_of(session, sources, running=True))
    way = from_the_beginning(session, tmp_path / "state", asked)
    assert way.passing is not None and way.following is not None
    options = replace(Options(), passage=way.passing, witness=way.following)
    report = run(session, sources, options, unseen, 3)
    assert isinstance(report.end, CannotRecord)
    assert (report.ran, report.not_run, report.exit_code) == (1, 2, 4)
    assert [str(row[0]) for row in execute(counting.real, "SELECT id FROM t")] == ["1"]
    session.connection.close()
