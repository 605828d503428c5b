r"""``\when`` on every server: the marks before a destructive statement are those that the server gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Family
from safesql.target import Target

if TYPE_CHECKING:
    from tests.commands.conftest import Desk, MakeDesk


@pytest.fixture
def billed(desk_at: MakeDesk, target: Target) -> Desk:
    """A desk at each of the servers in turn, with a table of three rows."""
    made = desk_at(target)
    for statement in ("CREATE TABLE billing (id integer PRIMARY KEY);", "INSERT INTO billing VALUES (1), (2), (3);"):
        made.types(statement)
        assert made.went_well
    return made


def _asked(desk: Desk, text: str) -> list[str]:
    """The one row of a query."""
    result = desk.shell.session.connection.query(Probe(text, "a test"))
    rows = [row for chunk in result for row in chunk]
    result.summary()
    return [str(value) for value in rows[0]]


def test_nothing_destructive_means_nothing_to_say(billed: Desk) -> None:
    assert "nothing destructive" in billed.types("\\when")


def test_the_position_before_a_delete_is_kept(billed: Desk) -> None:
    dialect = billed.shell.session.connection.dialect
    match dialect.family:
        case Family.POSTGRES:
            before = _asked(billed, "SELECT pg_current_wal_lsn()")
        case Family.MYSQL:
            before = _asked(billed, "SELECT IF(@@log_bin, @@gtid_binlog_pos, 'no binary log')")
        case Family.SQLITE:
            before = ["restore the newest copy"]
    billed.types("DELETE FROM billing WHERE id = 1;")
    shown = billed.types("\\when")
    assert billed.went_well
    assert "DELETE FROM billing WHERE id = 1" in shown
    assert re.search(r"time: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", shown)
    if dialect.family is Family.POSTGRES:
        kept = _asked(billed, f"SELECT '{before[0]}'::pg_lsn <= '{_mark(shown, 'wal lsn')}'::pg_lsn, "
                              f"'{_mark(shown, 'wal lsn')}'::pg_lsn <= pg_current_wal_lsn()")
        assert kept == ["t", "t"]
    elif dialect.family is Family.SQLITE or before[0] == "no binary log":
        assert before[0] in shown
    else:                                                        # others may have committed meanwhile
        after = _asked(billed, "SELECT @@gtid_binlog_pos")
        assert _number(before[0]) <= _number(_mark(shown, "gtid")) < _number(after[0])
        assert int(_mark(shown, "binlog position")) > 0


def test_an_entry_is_found_by_its_id_and_an_unknown_one_is_not(billed: Desk) -> None:
    billed.types("DELETE FROM billing WHERE id = 1;")
    record = billed.types("\\when").split()[0]
    assert "DELETE FROM billing WHERE id = 1" in billed.types(f"\\when {record[:8]}")
    assert "nothing was noted under zz" in billed.types("\\when zz")


def _number(gtid: str) -> int:
    """Of the last transaction of the only domain."""
    return int(gtid.rpartition("-")[2])


def _mark(shown: str, name: str) -> str:
    """One mark as it is shown."""
    found = re.search(rf"^  {name}: (\S+)$", shown, re.MULTILINE)
    assert found is not None, shown
    return found[1]
