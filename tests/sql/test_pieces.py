"""What is no plain statement: commands, data, problems, dumps, and scripts too large to be held."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import Splitter, split
from safesql.sql.statement import Command, CopyData, Ending, Piece, Statement
from safesql.sql.token import Kind

PG, MARIA, LITE = (DIALECTS[name] for name in ("postgres", "mariadb", "sqlite"))

COMMANDS: list[tuple[Dialect, str, list[tuple[str, str]]]] = [
    (PG, "\\restrict aBc\nselect 1;\n\\unrestrict aBc\n", [("restrict", "aBc"), ("unrestrict", "aBc")]),
    (PG, "\\a \\t\n\\set x '\\y' \\\\ select 1;", [("a", ""), ("t", ""), ("set", "x '\\y'")]),
    (PG, "\\! ls \\ x\n\\copy t from 'f\\x'\n", [("!", "ls \\ x"), ("copy", "t from 'f\\x'")]),
    (PG, "\\if :x\n\\else\n\\endif\n\\ir a.sql", [("if", ":x"), ("else", ""), ("endif", ""), ("ir", "a.sql")]),
    (MARIA, "/*M!999999\\- enable the sandbox mode */ \nselect 1;", [("sandbox", "")]),
    (MARIA, "source a.sql\n\\. b.sql\nsystem ls\nselect 1;tee f;\nwarnings;\n", [
        ("source", "a.sql"), (".", "b.sql"), ("system", "ls"), ("tee", "f"), ("warnings", "")]),
    (MARIA, "SOURCE a.sql\nexit now;\n status \nprint;select 1;", [("source", "a.sql"), ("status", ""), ("print", "")]),
    (MARIA, "source_file.x;\nhelp(1);\ngo.x;", []),
    (LITE, ".mode csv\nselect 1;\n.import a b\n .tables\n", [("mode", "csv"), ("import", "a b")]),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "expected"), COMMANDS, ids=[text[:30] for _, text, _ in COMMANDS])
def test_commands_are_found(dialect: Dialect, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(piece.name, piece.argument) for piece in split(text, dialect) if isinstance(piece, Command)] == expected


PROBLEMS: list[tuple[Dialect, str, str]] = [
    (PG, "select (1\\; select 2);", "never closed"),
    (PG, "create function f() begin atomic select 1\\; end;", "stands inside the body"),
    (PG, "select 1 \\echo x\n + 1;", "command \\echo stands inside"),
    (PG, "delete from t \\ where 1=0;", "backslash"),
    (PG, "select 1);", "never opened"),
    (PG, "select (1;", "never closed"),
    (PG, "select 1, 'a\n;", "what begins with '"),
    (PG, "select 1,\n $x$ $y$;", "what begins with $x$ in line 2"),
    (PG, "a\0b;", "NUL"),
    (PG, "copy t from stdin; delete from t;\n1\n\\.\n", "own, after the data"),
    (MARIA, "select (1;", "never closed"),
    (MARIA, "select 1 */;", "what begins with */"),
    (MARIA, "/*!50000 delete from t; */", "executable comment"),
    (MARIA, "select 1; delimiter //\n", "DELIMITER must stand"),
    (MARIA, "select 1 \\p;", "command \\p stands inside"),
    (MARIA, "select `a", "what begins with `"),
    (LITE, "select [a", "what begins with ["),
    (LITE, "delete from t /* where", "what begins with /*"),
    (LITE, "select 1; .tables\n;", "first column"),
    (LITE, "select \\x;", "backslash"),
]


@pytest.mark.parametrize(("dialect", "text", "expected"), PROBLEMS, ids=[text[:30] for _, text, _ in PROBLEMS])
def test_a_problem_is_told(dialect: Dialect, text: str, expected: str) -> None:
    problems = [piece.problem for piece in split(text, dialect) if isinstance(piece, Statement) and piece.problem]
    assert any(expected in problem for problem in problems), problems


DUMP = """-- MariaDB dump
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
INSERT INTO `t` VALUES (1,'it\\'s; --',NULL,_binary 'x\\0y',0x1F),
(2,"b;",-1.5e3,DEFAULT,X'00');
/*!50003 SET sql_mode              = 'STRICT_TRANS_TABLES,ANSI_QUOTES' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN
  SET NEW.a = 1; -- one
END */;;
DELIMITER ;
/*!50003 SET sql_mode              = @OLD_SQL_MODE */ ;
"""


def test_a_dump_of_mariadb_is_read_with_its_own_modes() -> None:
    pieces = split(DUMP, MARIA)
    statements = [piece for piece in pieces if isinstance(piece, Statement)]
    assert [statement.problem for statement in statements] == [""] * 5
    assert [Mode.ANSI_QUOTES in statement.dialect.modes for statement in statements] == [False, False, False, True, True]
    assert [bool(statement.literal_rows) for statement in statements] == [False, True, False, False, False]
    assert statements[3].text.endswith("END */")
    assert len(pieces) == 7


def test_copy_data_that_break_off_are_never_complete() -> None:
    _, *data = split("copy t from stdin;\n1\n2\n", PG)
    assert [piece.last for piece in data if isinstance(piece, CopyData)] == [False]
    _, *data = split("copy t from stdin;\n1\n\\.", PG)
    assert [piece.last for piece in data if isinstance(piece, CopyData)] == [True]


@pytest.mark.parametrize(
    "text",
    ["copy t from stdin;", "COPY t (a, \"from\") FROM STDIN WITH (FORMAT csv);", "copy t from stdout -- x\n;", "copy public.t from stdin\\g",
     "\\copy t from stdin"],
)  # fmt: skip
def test_data_follow(text: str) -> None:
    assert CopyData("1;\n", last=True) in split(text + "\n1;\n\\.\n", PG)


@pytest.mark.parametrize("text", ["copy t from 'stdin';", "copy t to stdout;", "copy (select a from stdin) to stdout;", "copy t from program 'x';"])
def test_no_data_follow(text: str) -> None:
    assert not any(isinstance(piece, CopyData) for piece in split(text + "\nselect 1;", PG))


LITERALS = st.one_of(
    st.integers().map(str),
    st.sampled_from(["NULL", "1.5", "-2e5", "DEFAULT", "true", "''", "'a''b'", "'--'", "';'", "'/*'", "'\n'"]),
    st.text(alphabet="ab;,()'\\\"\n-é", max_size=8).map(lambda text: "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"),
)
ROWS = st.lists(st.lists(LITERALS, min_size=1, max_size=3).map(lambda row: f"({', '.join(row)})"), min_size=1, max_size=3)
MY_READINGS = [MARIA, MARIA.with_modes(Mode.ANSI_QUOTES), MARIA.with_modes(Mode.NO_BACKSLASH_ESCAPES)]


@settings(max_examples=200, deadline=None)
@given(inserts=st.lists(ROWS, min_size=1, max_size=4), dialect=st.sampled_from([PG, PG.with_modes(), LITE, *MY_READINGS]))
def test_rows_matched_as_a_whole_are_cut_as_if_they_were_not(inserts: list[list[str]], dialect: Dialect) -> None:
    fast = "".join(f"INSERT INTO t (a, b) VALUES {','.join(rows)};\n" for rows in inserts)
    slow = fast.replace("INSERT INTO t", "INSERT/*x*/ INTO t")
    quick, careful = split(fast, dialect), split(slow, dialect)
    assert [piece.text for piece in quick] == [piece.text.replace("/*x*/", "") for piece in careful]
    for piece in quick:
        assert isinstance(piece, Statement)
        if piece.literal_rows:
            assert not piece.problem
            assert {token.kind for token in piece.tokens} <= {
                Kind.WORD, Kind.OPEN, Kind.CLOSE, Kind.COMMA, Kind.STRING, Kind.NUMBER, Kind.OPERATOR,
            }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["INSERT INTO t VALUES (f(1));", "INSERT INTO t SELECT 1;", "INSERT INTO t VALUES (1) RETURNING a;", "INSERT INTO t VALUES (a);",
     "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;", "INSERT INTO t VALUES ((SELECT 1));", "IN\u017fERT INTO t VALUES (1);"],
)  # fmt: skip
@pytest.mark.parametrize("dialect", [PG, MARIA, LITE], ids=lambda dialect: dialect.name)
def test_nothing_but_literals_counts_as_rows(dialect: Dialect, text: str) -> None:
    (statement,) = split(text, dialect)
    assert isinstance(statement, Statement)
    assert not statement.literal_rows


SOUP = st.lists(
    st.sampled_from(["select 1", ";", "'", '"', "`", "[", "]", "/*", "*/", "--", "\n", "create trigger t after insert on a begin ", " end", "case ",
                     "x", "(", ")", " explain ", "create temp trigger u delete on a begin select 1; end;"]),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=SOUP)
def test_sqlite_never_sees_two_statements_in_one(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as server:
        server.execute("create table a (x)")
        for piece in split(text, LITE):
            if isinstance(piece, Statement) and not piece.problem:
                try:
                    server.execute(piece.text)
                except (sqlite3.Error, sqlite3.Warning) as error:
                    assert "one statement" not in str(error)


def _peak(chunks: Iterator[str], dialect: Dialect) -> int:
    """The most memory that splitting needed, in bytes."""
    tracemalloc.start()
    try:
        for _ in Splitter(chunks, dialect):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BLOCKS = {
    "rows": (PG, "INSERT INTO t VALUES (1, 'some text');\n" * 500),
    "statements": (MARIA, "update t set a = 'x;y' where id = 1;\n" * 500),
    "comments": (PG, "-- nothing but words\n" * 800),
    "empty": (LITE, ";\n" * 2_000),
    "data": (PG, "1\tsome text\n" * 1_400),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_memory_does_not_grow_with_the_script(name: str) -> None:
    dialect, block = BLOCKS[name]
    head = ["copy t from stdin;\n"] if name == "data" else []
    small, large = (_peak(iter([*head, *repeat(block, times)]), dialect) for times in (5, 40))
    assert large < small * 1.5


def test_a_statement_of_20_megabytes_is_read_in_linear_time_and_one_piece() -> None:
    chunk = "1," * 500_000
    chunks = ["select * from t where id in (", *repeat(chunk, 20), "1);", "select 2"]
    first, second = Splitter(chunks, PG)
    assert isinstance(first, Statement)
    assert len(first.text) > 20_000_000
    assert isinstance(second, Statement)
    assert (second.text, second.ending) == ("select 2", Ending.END_OF_INPUT)


def test_brackets_100_000_deep_are_no_harm() -> None:
    (statement,) = split("select " + "(" * 100_000 + "1" + ")" * 100_000 + ";", PG)
    assert isinstance(statement, Statement)
    assert not statement.problem


def test_the_dialect_may_be_set_between_pieces() -> None:
    splitter = Splitter(["select 1; select 'a\\'; b';"], MARIA)
    pieces: list[Piece] = []
    for piece in splitter:
        pieces.append(piece)
        splitter.dialect = MARIA.with_modes(Mode.NO_BACKSLASH_ESCAPES)
    assert [piece.text for piece in pieces][1] == "select 'a\\'"


def test_the_delimiter_may_be_set_from_outside() -> None:
    splitter = Splitter(["select 1; select 2//select 3"], MARIA)
    splitter.delimiter = "//"
    assert [piece.text for piece in splitter] == ["select 1; select 2", "select 3"]


def test_a_byte_order_mark_is_dropped_at_the_beginning_only() -> None:
    assert [piece.text for piece in Splitter(["", "\ufeff", "select 1;", "\ufeff"], PG)] == ["select 1", "\ufeff"]
