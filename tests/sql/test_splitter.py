"""Pieces: as the servers' own clients cut them, wherever the chunks of the file end."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import Splitter, split
from safesql.sql.statement import Command, CopyData, Ending, Statement

PG, MY, MARIA, LITE = (DIALECTS[name] for name in ("postgres", "mysql", "mariadb", "sqlite"))


def _texts(text: str, dialect: Dialect) -> list[str]:
    return [piece.text for piece in split(text, dialect) if not isinstance(piece, CopyData)]


CUT: list[tuple[Dialect, str, list[str]]] = [
    (PG, "select 1; select 2", ["select 1", "select 2"]),
    (PG, ";; ;select 1;;", ["select 1"]),
    (PG, "select ';', $$;$$, \"a;b\", E'\\';' ; select 2;", ["select ';', $$;$$, \"a;b\", E'\\';'", "select 2"]),
    (PG, "select (1;2); x;", ["select (1;2)", "x"]),
    (PG, "create rule r as on insert to t do (delete from a; delete from b); x;",
     ["create rule r as on insert to t do (delete from a; delete from b)", "x"]),
    (PG, "create function f() returns int begin atomic select 1; select case when true then 1 end; end; x;",
     ["create function f() returns int begin atomic select 1; select case when true then 1 end; end", "x"]),
    (PG, "create or replace procedure p() begin atomic begin; end; end; x", [
        "create or replace procedure p() begin atomic begin; end; end", "x"]),
    (PG, "begin; select 1; end;", ["begin", "select 1", "end"]),
    (PG, "select 1 \\; select 2;", ["select 1", "select 2"]),
    (PG, "/* a; /* b; */ c; */ select 1; -- d;\nselect 2", ["select 1", "select 2"]),
    (PG, "select 'a\\'; delete from t; --'", ["select 'a\\'", "delete from t"]),
    (PG, "set standard_conforming_strings = off; select 'a\\'; delete from t; --';",
     ["set standard_conforming_strings = off", "select 'a\\'; delete from t; --'"]),
    (MY, "select 'a\\';b'; select \"x;y\", `a;b`; # c;\nselect 3", ["select 'a\\';b'", 'select "x;y", `a;b`', "select 3"]),
    (MY, "delimiter //\ncreate procedure p() begin select 1; end//\ndelimiter ;\nselect 1;",
     ["delimiter //", "create procedure p() begin select 1; end", "delimiter ;", "select 1"]),
    (MY, "DELIMITER go\ndelete from settings go\ndelimiter ;\n", ["DELIMITER go", "delete from settings", "delimiter ;"]),
    (MY, "DELIMITER $$\nselect '$$', `$$` $$ select 2 $$", ["DELIMITER $$", "select '$$', `$$`", "select 2"]),
    (MY, "select 1\\G select 2\\g", ["select 1", "select 2"]),
    (MY, "delete from t \\c select 1;", ["select 1"]),
    (MY, "/*!40101 SET SQL_MODE='ANSI_QUOTES' */; select \"a;b\\\"; select 2;",
     ["/*!40101 SET SQL_MODE='ANSI_QUOTES' */", 'select "a;b\\"', "select 2"]),
    (MY, "set sql_mode='NO_BACKSLASH_ESCAPES'; select 'a\\'; select 2;",
     ["set sql_mode='NO_BACKSLASH_ESCAPES'", "select 'a\\'", "select 2"]),
    (MY, "/*M!999999\\- enable the sandbox mode */\nselect 1;", ["/*M!999999\\- enable the sandbox mode */", "select 1"]),
    (LITE, "create trigger t after insert on a begin delete from b; update c set x=case when 1 then 2 end; end; x;",
     ["create trigger t after insert on a begin delete from b; update c set x=case when 1 then 2 end; end", "x"]),
    (LITE, ".tables\nselect [a;b], `c;d`; .read x", [".tables", "select [a;b], `c;d`", ".read x"]),
    (LITE, "select 1\n/\nselect 2\n go  -- x\nselect 3 +\n/2;\n/\nGO\nselect 4\n/", ["select 1", "select 2", "select 3 +\n/2", "select 4"]),
    (LITE, "create trigger t after insert on a begin delete from b;\n/\nselect 1; end\n/\nselect '\n/\n'",
     ["create trigger t after insert on a begin delete from b;\n/\nselect 1; end", "select '\n/\n'"]),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "expected"), CUT, ids=[text[:40] for _, text, _ in CUT])
def test_scripts_are_cut_as_the_client_cuts_them(dialect: Dialect, text: str, expected: list[str]) -> None:
    assert _texts(text, dialect) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100])
@pytest.mark.parametrize(("dialect", "text", "expected"), CUT, ids=[text[:40] for _, text, _ in CUT])
def test_chunks_may_end_anywhere(dialect: Dialect, text: str, expected: list[str], size: int) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(Splitter(chunks, dialect)) == split(text, dialect)


WORDS = st.lists(
    st.sampled_from([
        "select 1", ";", "'", '"', "`", "(", ")", "$$", "$a$", "/*", "*/", "/*!50000 ", "--", "-- ", "#", "\n", "\\", "\\g", "\\G\n",
        "\\;", " begin ", " end ", "delimiter //\n", "//", "E'", "\\'", "copy t from stdin;\n", "\\.\n", "create function f()",
        " atomic ", " case ", "create trigger t ", "[", "]", "é", "\x00", "set sql_mode='ANSI_QUOTES';", "source x\n", ".read\n",
    ]),
    max_size=30,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=WORDS, size=st.integers(1, 20), dialect=st.sampled_from(list(DIALECTS.values())))
def test_no_text_fails_and_no_chunk_matters(text: str, size: int, dialect: Dialect) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]

    def seen(chunks: list[str]) -> tuple[list[object], str]:
        pieces = list(Splitter(chunks, dialect))
        data = "".join(piece.text for piece in pieces if isinstance(piece, CopyData))
        return [piece for piece in pieces if not isinstance(piece, CopyData)], data

    assert seen(chunks) == seen([text])


@settings(max_examples=300, deadline=None)
@given(text=WORDS, dialect=st.sampled_from(list(DIALECTS.values())))
def test_a_statement_splits_to_itself(text: str, dialect: Dialect) -> None:
    for piece in split(text, dialect):
        if isinstance(piece, Statement) and not piece.problem and piece.ending is Ending.TERMINATOR:
            again = split(piece.text, piece.dialect)
            if ";" not in piece.text and "//" not in piece.text:
                assert [other.text for other in again] == [piece.text]


@settings(max_examples=300, deadline=None)
@given(text=WORDS, dialect=st.sampled_from(list(DIALECTS.values())))
def test_places_point_at_the_text(text: str, dialect: Dialect) -> None:
    for piece in split(text, dialect):
        if isinstance(piece, Statement):
            start = piece.place.offset
            assert text[start : start + len(piece.text)] == piece.text
            before = text[:start]
            assert piece.place.line == before.count("\n") + 1
            assert piece.place.column == start - (before.rfind("\n") + 1) + 1


def test_copy_data_are_never_taken_for_sql() -> None:
    text = "copy t from stdin;\n1\tdelete from t;\n\\\\.\n\\.\nselect 3;\n"
    statement, *data, last = split(text, PG)
    assert isinstance(statement, Statement)
    assert statement.copies_data
    assert "".join(piece.text for piece in data) == "1\tdelete from t;\n\\\\.\n"
    assert isinstance(data[-1], CopyData)
    assert data[-1].last
    assert last.text == "select 3"


def test_comments_before_a_statement_are_kept_with_it() -> None:
    statement = split("-- one\n/* two */ delete from t -- three\n;", PG)[0]
    assert isinstance(statement, Statement)
    assert statement.comments == ("-- one", "/* two */")
    assert statement.text == "delete from t -- three"
    assert (statement.place.line, statement.place.column) == (2, 11)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [("\\i x.sql\n", "i", "x.sql"), ("\\! rm x\n", "!", "rm x"), ("\\d+ t", "d+", "t"), ("\\x", "x", ""), ("\\if true\n", "if", "true")],
)
def test_backslash_lines_are_commands(text: str, name: str, argument: str) -> None:
    command = split(text, PG)[0]
    assert isinstance(command, Command)
    assert (command.name, command.argument) == (name, argument)


@pytest.mark.parametrize(
    ("text", "ending"),
    [("x", Ending.END_OF_INPUT), ("x;", Ending.TERMINATOR), ("x\\g", Ending.GO), ("x\\gx", Ending.VERTICAL), ("x \\gset\n", Ending.COMMAND)],
)
def test_the_ending_is_told(text: str, ending: Ending) -> None:
    statement = split(text, PG)[0]
    assert isinstance(statement, Statement)
    assert statement.ending is ending


@pytest.mark.parametrize(
    ("dialect", "text"),
    [(PG, "select 'a"), (PG, "select (1; 2"), (PG, "$$ a"), (PG, "/* a /* b */"), (MY, "select \"a"), (MY, "/* a"), (LITE, "[a"),
     (LITE, "/* a"), (PG, "a\x00b;"), (MY, "a\x00b;")],
)  # fmt: skip
def test_what_cannot_be_read_has_a_problem(dialect: Dialect, text: str) -> None:
    statement = split(text, dialect)[0]
    assert isinstance(statement, Statement)
    assert statement.problem


def test_modes_are_restored_from_variables_as_dumps_do() -> None:
    text = "SET @o=@@sql_mode, sql_mode='ANSI_QUOTES'; x; SET sql_mode=@o; y;"
    modes = [piece.dialect.modes for piece in split(text, MY) if isinstance(piece, Statement)]
    assert modes == [MY.modes, {Mode.ANSI_QUOTES}, {Mode.ANSI_QUOTES}, MY.modes]


TRIGGERS = ["create trigger t after insert on a begin ", "select 1", ";", " end", "end", " ", "\n", "case 1 when 2 then 3 end", "x", "'", "temp "]


@settings(max_examples=300, deadline=None)
@given(text=st.lists(st.sampled_from(TRIGGERS), max_size=14).map("".join))
def test_sqlite_agrees_where_its_statements_are_complete(text: str) -> None:
    pieces = split(text, LITE)
    whole = bool(pieces) and all(isinstance(piece, Statement) and piece.complete for piece in pieces)
    if pieces:
        assert sqlite3.complete_statement(text.rstrip()) == whole
