"""Moments that a clock set back shows twice come back as themselves, in whatever time zone the session is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from safesql.engine.session import Session
from safesql.rewrite.probe import Probe
from safesql.target import Target
from tests.engine.undo_rig import run, session_to, set_up, undo

ZONE = "Test/Set_back"
NUMBER = 2147480000
BACK = 1729990800                # 2024-10-27 01:00:00 UTC: three o'clock becomes two o'clock
ADDED = f"""
INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES ({NUMBER}, 'N');
INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('{ZONE}', {NUMBER});
INSERT INTO mysql.time_zone_transition_type VALUES ({NUMBER}, 0, 7200, 1, 'two'), ({NUMBER}, 1, 3600, 0, 'one');
INSERT INTO mysql.time_zone_transition VALUES ({NUMBER}, 0, 0), ({NUMBER}, {BACK}, 1);
"""
TAKEN_OUT = "".join(
    f"DELETE FROM mysql.{table} WHERE Time_zone_id = {NUMBER};"
    for table in ("time_zone", "time_zone_name", "time_zone_transition", "time_zone_transition_type")
)


@pytest.fixture
def session(mariadb_target: Target, tmp_path: Path) -> Iterator[Session]:
    opened = session_to(mariadb_target, tmp_path)
    set_up(opened, TAKEN_OUT + ADDED)
    yield opened
    set_up(opened, f"SET time_zone = SYSTEM; {TAKEN_OUT}")
    opened.connection.close()


def test_both_of_two_moments_with_one_local_time_come_back(session: Session) -> None:
    moments = (BACK - 1800, BACK + 1800)
    listed = ", ".join(f"({at}, FROM_UNIXTIME({at}))" for at in moments)
    set_up(session, f"CREATE TABLE t (id int PRIMARY KEY, at timestamp NULL); SET time_zone = '+00:00'; INSERT INTO t VALUES {listed};")
    set_up(session, f"SET time_zone = '{ZONE}';")
    shown = _asked(session, "SELECT CAST(at AS CHAR) FROM t")
    assert len(shown) == 2
    assert len(set(shown)) == 1, "the zone does not set its clock back"
    for change in ("DELETE FROM t WHERE id > 0", "UPDATE t SET at = NULL WHERE id > 0"):
        run(session, change)
        undo(session)
        assert _asked(session, "SELECT UNIX_TIMESTAMP(at) FROM t ORDER BY id") == [str(at) for at in moments]
    assert _asked(session, "SELECT @@time_zone") == [ZONE]


def _asked(session: Session, text: str) -> list[str]:
    return [str(row[0]) for row in session.connection.query(Probe(text, "asked")).rows()]
