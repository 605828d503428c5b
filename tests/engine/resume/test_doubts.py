"""What is in doubt as long as the session of a run that was cut off has not heard of it."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from safesql.backends import connect
from safesql.engine.resume.doubt import settled_by
from safesql.engine.resume.place import Script, run_entry
from safesql.errors import OutcomeUnknown, SafesqlError
from safesql.sql.statement import Place
from safesql.store.ledger.course import Course
from safesql.store.ledger.entry import Entry, Sign
from safesql.target import Target
from tests.engine.resume.resume_rig import Rig, execute, on

PLACES = {1: Place("x.sql", 1)}


@pytest.fixture(params=["postgres_target", "mariadb_target"])
def remote(request: pytest.FixtureRequest) -> Target:
    target = request.getfixturevalue(str(request.param))
    assert isinstance(target, Target)
    return target


def test_a_session_that_is_still_there_is_told_with_what_ends_it(remote: Target, tmp_path: Path) -> None:
    rig = Rig(remote, tmp_path, tmp_path)
    session = rig.session()
    run, _ = run_entry(session, Script("x", ("x.sql",)))
    on(session.connection, "BEGIN")
    course = Course().read([run, Entry(Sign.STARTED, 1)])
    with closing(connect(remote)) as connection:
        with pytest.raises(OutcomeUnknown, match="the session of the run before is still there") as told:
            settled_by(connection, course, None, PLACES, patience=0)
        ends = re.search(r"or end it \((.*)\), and then --resume again. Nothing was sent", str(told.value))
        assert ends
        execute(remote, ends[1])
    with pytest.raises(SafesqlError):
        on(session.connection, "SELECT 1")
    session.connection.close()
    session.audit.close()
