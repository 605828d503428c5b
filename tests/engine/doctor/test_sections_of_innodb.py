"""Sections of InnoDB's status are cut where the server ends them, and dumps of records are left out."""

from __future__ import annotations

from safesql.rewrite.doctor.innodb import section, told

STATUS = """
=====================================
2026-01-05 10:00:09 0x7f INNODB MONITOR OUTPUT
=====================================
------------------------
LATEST FOREIGN KEY ERROR
------------------------
2026-01-05 10:00:00 0x7f Error in foreign key constraint of table `shop`.`c`:
a reason------------------------
LATEST DETECTED DEADLOCK
------------------------
2026-01-05 10:00:01 0x7f
*** (1) TRANSACTION:
MariaDB thread id 7, OS thread handle 1, query id 2 localhost root Updating
UPDATE t SET n = 1
 0: len 4; hex 80000001; asc     ;;
------------
TRANSACTIONS
------------
Trx id counter 9
"""


def test_a_section_ends_before_the_next_one_even_without_a_line_feed() -> None:
    stamp, lines = section(STATUS, "LATEST FOREIGN KEY ERROR")
    assert (stamp, lines[-1]) == ("2026-01-05 10:00:00", "a reason")


def test_a_deadlock_is_told_without_records() -> None:
    stamp, lines = section(STATUS, "LATEST DETECTED DEADLOCK")
    assert stamp == "2026-01-05 10:00:01"
    assert list(told(lines[1:])) == ["*** (1) TRANSACTION:", "UPDATE t SET n = 1"]


def test_a_section_that_is_not_there_is_empty() -> None:
    assert section(STATUS, "LATEST SOMETHING") == ("", [])


def test_long_reports_are_cut_and_say_so() -> None:
    assert list(told(["x"] * 45))[-1] == "and 5 further lines of SHOW ENGINE INNODB STATUS"
