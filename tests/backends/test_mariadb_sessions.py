"""What only MySQL and MariaDB have: odd values, warnings, several results, modes, transactions that end by themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from safesql.backends.contract import Transaction
from safesql.errors import Cancelled, StatementFailed
from safesql.result import Shape
from safesql.sql.dialect import Mode
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Speaker

    Opening = Callable[[Target], Speaker]
    CtrlC = Callable[[float], AbstractContextManager[None]]


@pytest.fixture
def my(session: Opening, mariadb_target: Target) -> Speaker:
    """A session with an empty database."""
    return session(mariadb_target)


ODD = [
    ("CAST('0000-00-00' AS DATE)", "0000-00-00"),
    ("TIME'-838:59:59'", "-838:59:59"),
    ("DATE'9999-12-31'", "9999-12-31"),
    ("CAST(18446744073709551615 AS UNSIGNED)", "18446744073709551615"),
    ("CAST('1.50' AS DECIMAL(65, 30))", "1.500000000000000000000000000000"),
    ("1.0e308", "1e308"),
    ("b'101'", b"\x05"),
    ("X'00ff'", b"\x00\xff"),
    ("REPEAT('é', 300)", "é" * 300),
    ("NULL", None),
    ("_binary'x'", b"x"),
]


@pytest.mark.parametrize(("expression", "shown"), ODD)
def test_values_are_shown_as_the_server_prints_them(my: Speaker, expression: str, shown: str | bytes | None) -> None:
    my("SET sql_mode = ''")
    assert my.value(f"SELECT {expression}") == shown


def test_columns_have_the_servers_types(my: Speaker) -> None:
    my("""CREATE TABLE t (a int, b varchar(9), c bit(9), d blob, e datetime, f enum('x','y'), g decimal(9,2), h binary(2),
          i set('p','q'), j point, k text)""")
    my("INSERT INTO t VALUES (1, 'b', b'100000001', X'ff', '2020-01-02', 'y', 1.5, 'h', 'p,q', POINT(1, 2), 'k')")
    said = my("SELECT * FROM t")
    assert [(column.type, column.shape) for column in said.columns] == [
        ("int", Shape.NUMBER), ("varchar", Shape.TEXT), ("bit", Shape.BINARY), ("blob", Shape.BINARY),
        ("datetime", Shape.TEXT), ("enum", Shape.TEXT), ("decimal", Shape.NUMBER), ("binary", Shape.BINARY),
        ("set", Shape.TEXT), ("geometry", Shape.BINARY), ("text", Shape.TEXT),
    ]
    assert said.rows[0][:9] == ("1", "b", b"\x01\x01", b"\xff", "2020-01-02 00:00:00", "y", "1.50", b"h\x00", "p,q")


def test_other_character_sets_are_followed_both_ways(my: Speaker) -> None:
    my("SET NAMES latin1")
    assert my("SELECT 'é', char_length('é')").rows == [("é", "1")]
    with pytest.raises(StatementFailed, match="not sent"):
        my("SELECT '漢'")
    my("SET NAMES utf8mb4")
    assert my.value("SELECT '🙂'") == "🙂"
    my("SET character_set_results = NULL")
    assert my.value("SELECT CONVERT('é' USING latin1)") == b"\xe9"


def test_rows_of_all_lengths_arrive_whole(my: Speaker) -> None:
    sizes = [0, 1, 250, 251, 252, 65_535, 65_536, 131_071, 131_072, 262_144]
    my("CREATE TABLE t (id int PRIMARY KEY, x longtext, y longblob)")
    for number, size in enumerate(sizes):
        my(f"INSERT INTO t VALUES ({number}, REPEAT('x', {size}), REPEAT(X'fe', {size}))")
    for _, text, data in my("SELECT * FROM t ORDER BY id").rows:
        assert isinstance(text, str)
        assert isinstance(data, bytes)
        assert set(text) <= {"x"}
        assert set(data) <= {0xFE}
    rows = my("SELECT length(x), length(y), x, y FROM t ORDER BY id").rows
    assert [(len(str(row[2])), len(bytes(row[3] or b""))) for row in rows if isinstance(row[3], bytes)] == [
        (size, size) for size in sizes
    ]


def test_rows_longer_than_a_packet_arrive_whole(session: Opening, mariadb_target: Target) -> None:
    session(mariadb_target)("SET GLOBAL max_allowed_packet = 67108864")
    my = session(mariadb_target)
    for size in (2**24 - 10, 2**24 - 5, 2**24 - 4, 2**24, 2**25 + 7):
        said = my(f"SELECT REPEAT('x', {size}), 'end' UNION ALL SELECT 'short', 'end'")
        assert [(len(str(row[0])), row[1]) for row in said.rows] == [(size, "end"), (5, "end")]


def test_warnings_come_with_the_statement_that_made_them(my: Speaker) -> None:
    my("SET sql_mode = ''")
    my("CREATE TABLE t (a TINYINT)")
    said = my("INSERT INTO t VALUES (1000), (1)")
    assert [(notice.severity, notice.code) for notice in said.summary.notices] == [("Warning", "1264")]
    assert "Out of range" in said.summary.notices[0].text
    assert [notice.text for notice in my("SELECT 1/0").summary.notices] == []
    assert my("SELECT CAST('x' AS SIGNED)").summary.notices[0].code == "1292"


def test_the_server_tells_matched_from_changed(my: Speaker) -> None:
    my("CREATE TABLE t (a int)")
    my("INSERT INTO t VALUES (1), (2)")
    summary = my("UPDATE t SET a = 1").summary
    assert (summary.affected, summary.tag) == (2, "UPDATE 2 (Rows matched: 2 Changed: 1 Warnings: 0)")


def test_a_procedure_gives_all_its_results(my: Speaker) -> None:
    my("CREATE TABLE t (a int)")
    my("INSERT INTO t VALUES (1), (2)")
    my("CREATE PROCEDURE p() BEGIN SELECT a FROM t; SELECT 'two', 2; DELETE FROM t; END")
    said = my("CALL p()")
    assert [part.rows for part in (said, *said.more)] == [[("1",), ("2",)], [("two", "2")]]
    assert said.more[-1].summary.affected == 2
    my.start("CALL p()")
    assert my.value("SELECT count(*) FROM t") == "0"


def test_a_procedure_that_fails_after_its_first_result_says_so(my: Speaker) -> None:
    my("CREATE PROCEDURE p() BEGIN SELECT 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no more'; END")
    result = my.start("CALL p()")
    assert list(result.rows()) == [("1",)]
    with pytest.raises(StatementFailed, match="no more") as failure:
        result.summary()
    assert failure.value.code == "45000"
    assert my.value("SELECT 1") == "1"


def test_sql_mode_is_followed_wherever_it_is_set(my: Speaker) -> None:
    def modes() -> set[Mode]:
        return set(my.connection.dialect.modes)

    my("SET sql_mode = 'ANSI_QUOTES'")
    states = [modes()]
    for text in (
        "/*!50000 SET sql_mode = 'NO_BACKSLASH_ESCAPES' */",
        "EXECUTE IMMEDIATE CONCAT('SET sql_mode = ', QUOTE('PIPES_AS_CONCAT,STRICT_ALL_TABLES'))",
        "SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT 1",
        "SET sql_mode = 'ORACLE'",
        "SET sql_mode = DEFAULT",
    ):
        my(text)
        states.append(modes())
    assert states[:4] == [
        {Mode.ANSI_QUOTES}, {Mode.NO_BACKSLASH_ESCAPES}, {Mode.PIPES_AS_CONCAT, Mode.STRICT},
        {Mode.PIPES_AS_CONCAT, Mode.STRICT},
    ]
    assert {Mode.ORACLE, Mode.ANSI_QUOTES, Mode.PIPES_AS_CONCAT} <= states[4]
    assert states[5] == {Mode.STRICT}


def test_the_version_is_that_of_executable_comments(my: Speaker) -> None:
    version = my.connection.dialect.version
    assert version is not None
    assert my(f"SELECT 1 /*!{version} + 1 */, 1 /*!{version + 1} + 1 */").rows == [("2", "1")]


def test_the_database_in_use_is_followed(my: Speaker) -> None:
    my("USE mysql")
    assert my.connection.server.database == "mysql"


def test_a_deadlock_that_ended_the_transaction_is_told_and_known(my: Speaker, session: Opening, mariadb_target: Target) -> None:
    my("CREATE TABLE t (id int PRIMARY KEY, n int)")
    my("INSERT INTO t VALUES (1, 0), (2, 0), (3, 0), (4, 0)")
    other = session(mariadb_target)
    other.connection.begin()
    for number in (2, 3, 4):
        other(f"UPDATE t SET n = 1 WHERE id = {number}")
    my.connection.begin()
    my("UPDATE t SET n = 2 WHERE id = 1")

    def cross() -> None:
        time.sleep(0.3)
        other("UPDATE t SET n = 1 WHERE id = 1")

    crossing = threading.Thread(target=cross)
    crossing.start()
    with pytest.raises(StatementFailed, match="rolled back the whole transaction"):
        my("UPDATE t SET n = 2 WHERE id = 2")
    assert my.connection.transaction is Transaction.NONE
    crossing.join()
    other.connection.rollback()
    with pytest.raises(StatementFailed, match="no transaction is open"):
        my.connection.commit()


def test_an_error_inside_a_transaction_keeps_it(my: Speaker) -> None:
    my("CREATE TABLE t (a int)")
    my.connection.begin()
    my("INSERT INTO t VALUES (1)")
    with pytest.raises(StatementFailed, match="nothing"):
        my("SELECT nothing")
    assert my.connection.transaction is Transaction.OPEN
    my.connection.rollback()
    assert my.value("SELECT count(*) FROM t") == "0"


def test_what_the_server_warns_of_beside_an_error_is_kept(my: Speaker) -> None:
    with pytest.raises(StatementFailed, match=r"error 1005") as failure:
        my("CREATE TABLE c (a int REFERENCES nowhere (x)) ENGINE=InnoDB")
    assert "not found" in failure.value.context


def test_ctrl_c_in_a_change_undoes_the_statement_and_keeps_the_transaction(my: Speaker, ctrl_c: CtrlC) -> None:
    my("CREATE TABLE t (a int)")
    my("INSERT INTO t SELECT seq FROM seq_1_to_20")
    my.connection.begin()
    my("INSERT INTO t VALUES (21)")
    with pytest.raises(Cancelled), ctrl_c(0.5):
        my("DELETE FROM t WHERE sleep(0.3) = 0")
    assert my.connection.transaction is Transaction.OPEN
    assert my.value("SELECT count(*) FROM t") == "21"
    my.connection.rollback()
    assert my.value("SELECT count(*) FROM t") == "20"


def test_files_of_this_machine_are_not_sent(my: Speaker) -> None:
    my("CREATE TABLE t (a text)")
    with pytest.raises(StatementFailed):
        my("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t")
    assert my.value("SELECT count(*) FROM t") == "0"


def test_a_session_opens_by_its_socket(session: Opening, mariadb_target: Target) -> None:
    path = session(mariadb_target).value("SELECT @@socket")
    there = session(replace(mariadb_target, host="", port=None, socket=str(path)))
    assert there.value("SELECT host FROM information_schema.processlist WHERE id = connection_id()") == "localhost"
