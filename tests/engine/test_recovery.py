"""The lines for a point-in-time recovery name what the server was asked for, and nothing that it did not tell."""

from __future__ import annotations

import pytest

from safesql.engine.recovery import hints
from safesql.sql.dialect import Family

TIME = "2026-11-23T05:23:37.897958Z"
CASES = [
    (Family.POSTGRES, "db", {"time": TIME, "wal_lsn": "2/4C126DF0", "timeline": "0000001A"},
     ["recovery_target_lsn = '2/4C126DF0'", "recovery_target_inclusive = off", "recovery_target_timeline = '26'"]),
    (Family.POSTGRES, "db", {"time": TIME}, [f"recovery_target_time = '{TIME}'"]),
    (Family.MYSQL, "db", {"time": TIME, "gtid": "0-1-7", "binlog_file": "log.000002", "binlog_position": "419"},
     ["--stop-position=419 .. log.000002"]),
    (Family.MYSQL, "db", {"time": TIME, "gtid": "0-1-7"}, ["up to this GTID", "0-1-7"]),
    (Family.MYSQL, "db", {"time": TIME, "server_id": "1"}, ["--stop-datetime='2026-11-23 05:23:37'"]),
    (Family.MYSQL, "db", {"time": TIME}, ["writes no binary log"]),
    (Family.SQLITE, "", {"time": TIME}, ["\\undo"]),
    (Family.POSTGRES, "shop.abc.eu-west-1.rds.amazonaws.com", {"time": TIME, "wal_lsn": "0/1"},
     ["restore-db-instance-to-point-in-time", "identifier shop ", "--restore-time 2026-11-23T05:23:37Z"]),
    (Family.MYSQL, "shop.cluster-abc.eu-west-1.rds.amazonaws.com", {"time": TIME},
     ["restore-db-cluster-to-point-in-time", "--restore-to-time 2026-11-23T05:23:37Z"]),
]


@pytest.mark.parametrize(("family", "host", "marks", "parts"), CASES)
def test_what_is_known_is_in_the_hint(family: Family, host: str, marks: dict[str, str], parts: list[str]) -> None:
    text = "\n".join(hints(marks, family, host))
    for part in parts:
        assert part in text
    assert "wal_lsn" in marks or "recovery_target_lsn" not in text


def test_names_from_elsewhere_are_quoted_for_the_shell() -> None:
    marks = {"time": TIME, "binlog_file": "log; rm -rf ~", "binlog_position": "4"}
    assert "'log; rm -rf ~'" in "\n".join(hints(marks, Family.MYSQL, "db"))
