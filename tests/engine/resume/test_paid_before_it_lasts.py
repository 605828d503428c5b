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
from safesql.guard.verdict import Clearance
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


class FillingAhead(Filling):
    """The same where statements are written down together."""

    def ahead(self, clearance: Clearance) -> bool:
        self.asked += 1
        if self.asked == 2:
            fill(self.log)
        return super().ahead(clearance)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("text", ["INSERT INTO t VALUES (2)", "UPDATE t SET id = 2 WHERE id = 1", "CREATE TABLE u (id int)"])
def test_a_statement_whose_intent_does_not_reach_the_disk_does_not_last(
    target: Target, tmp_path: Path, audit: AuditLog, text: str, together: bool
) -> None:
    session, counting = session_to(target, audit)
    audit.intent(INTENT)                                # the file is open from here on
    execute(counting.real, "CREATE TABLE t (id int PRIMARY KEY)")
    script = tmp_path / "script.sql"
    script.write_text(f"INSERT INTO t VALUES (1);\n{text};\nINSERT INTO t VALUES (3);\n")
    sources = (file_source(str(script)),)
    session.keeper = (FillingAhead if together else Filling)(audit)
    walk = walk_of(session, sources)
    for _ in walk:
        pass
    asked = Asked(Script(str(walk.text), names_of(sources), atomic=False), lambda: walk_of(session, sources, running=True))
    way = from_the_beginning(session, tmp_path / "state", asked)
    assert way.passing is not None and way.following is not None
    options = replace(Options(), passage=way.passing, witness=way.following, together=together)
    report = run(session, sources, options, unseen, 3)
    assert isinstance(report.end, CannotRecord)
    there = [str(row[0]) for row in execute(counting.real, "SELECT id FROM t")]
    assert there == ["1"][: report.ran] and report.not_run == 3 - report.ran
    assert report.exit_code == (4 if there else 3)
    assert report.ran == 1 or together, "what is written down together is not sent at all"
    session.connection.close()
