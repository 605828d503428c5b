"""Generated scripts are cut as psql and the mariadb client cut them: what those send is recorded and compared."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.splitter import split
from safesql.sql.statement import Command, CopyData, Statement
from tests.sql.recorder import mariadb, psql

PG, MARIA = DIALECTS["postgres"], DIALECTS["mariadb"]
SCRIPTS = 12               # for each seed: a client starts in about 30 ms

PG_HEADS = ["select ", "create function f() ", "create or replace procedure p() ", "/* ; */ select ", "-- ;\nselect ", "begin", "end",
            "create table begin ", "copy (select 1) to stdout ", "CREATE /* or */ OR -- ;\n REPLACE FUNCTION f() "]
PG_PARTS = ["1", " a ", "'x;'", "''", "'it''s;'", "E'\\';'", "e'a\\\\'", '"a;"', '""', " $$;$$ ", " $a$;$b$;$a$ ", "a$b$", " $1 ", "1$a$;$a$",
            "-- c;\n", "/* ; */", "/* /* ; */ ; */", "(", ")", " begin ", " atomic ", " case ", " end ", "[1]", " :x ", ":'x'", "::", "é",
            "b'1;'", "U&';'", "+-", "@--;\n", "\r", "\t", "\\g x\n"]
PG_ENDS = [";", ";\n", " ;", "\\g\n", " \\gx\n", "\n", ";\n\n", " \\r\n", "; -- ;\n"]

MY_HEADS = ["select ", "/*! ", "/*!50000 select */ ", "begin ", "/* ; */ select ", "# ;\nselect ", "-- ;\nselect ", "--;\n", "create procedure p() "]
MY_PARTS = ["1", " a ", "'x;'", "''", "'\\';'", '"a;"', '"\\";"', "`a;`", "`\\`", "# c;\n", "-- c;\n", "--\n", "--2", "/* ; */", "/* /*/ ; */",
            "/*! 1 */", "/*M!100100 2 */", "(", ")", "\\N", "é", "\t", "//", "$$", " go ", "\nuse x\n", "\nwarnings\n", " begin ", " end "]
MY_ENDS = [";", ";\n", " ;", "\\g", "\\G\n", "//\n", " $$\n", "\ngo\n", "\n", "\\c", "\nDELIMITER //\n", "\ndelimiter $$ x\n", "\ndelimiter go\n",
           "\ndelimiter ;\n", "\ndelimiter ';'\n", "\n use db\n", "\nwarnings\n"]


def _scripts(seed: int, heads: list[str], parts: list[str], ends: list[str]) -> Iterator[str]:
    """Scripts of a few statements, repeatable by their seed."""
    pick = random.Random(seed)
    for _ in range(SCRIPTS):
        yield "".join(
            pick.choice(heads) + "".join(pick.choice(parts) for _ in range(pick.randint(0, 5))) + pick.choice(ends)
            for _ in range(pick.randint(1, 6))
        )


def _bare(text: str, dialect: Dialect) -> str:
    """What two texts must have in common: all but comments, space and the terminator."""
    said = "".join(token.text for token in significant(text, dialect))
    return "".join(said.split()).rstrip(";")


def _ours(script: str, dialect: Dialect) -> tuple[list[str], bool]:
    """Our statements; and whether they go on to the end, or one of them or a command would stop the run."""
    found: list[str] = []
    for piece in split(script, dialect):
        match piece:
            case Statement(problem="", text=text):
                found.append(_bare(text, dialect))
            case Command(name="delimiter" | "warnings"):
                pass
            case Statement() | Command() | CopyData():
                return found, False
    return [text for text in found if text], True


def _agree(script: str, dialect: Dialect, client: Callable[[str, Path], list[str]], folder: Path) -> None:
    """Our statements are the client's, as far as ours would run."""
    ours, whole = _ours(script, dialect)
    theirs = [text for text in (_bare(sent, dialect) for sent in client(script, folder)) if text]
    theirs = [text for text in theirs if text != "SELECTDATABASE()"]      # the mysql client's own, before USE
    assert ours == (theirs if whole else theirs[: len(ours)]), script


@pytest.mark.parametrize("seed", range(6))
def test_psql_sends_the_same_statements(seed: int, tmp_path: Path) -> None:
    for script in _scripts(seed, PG_HEADS, PG_PARTS, PG_ENDS):
        _agree(script, PG, psql, tmp_path)


@pytest.mark.parametrize("seed", range(6))
def test_the_mariadb_client_sends_the_same_statements(seed: int, tmp_path: Path) -> None:
    for script in _scripts(seed, MY_HEADS, MY_PARTS, MY_ENDS):
        _agree(script, MARIA, mariadb, tmp_path)


PSQL = [
    "select 1 \\g \\\\ select 2;\nselect 3;",
    "select a[1;2]; select 3;",
    "select 1); select 2;",
    "create table function (a int); begin; select 1; end;",
    "create function f() begin atomic select 1; select case when true then (2;3) end; end; select 2;",
    "\ufeffselect 1; select 'a\nb\\'; select 2",
    "set standard_conforming_strings = off;\nselect 'a\\'; b'; select 2;",
    "copy t from stdin;\n1\t;\n\\\\.\n\\.\nselect 2;",
    "copy t from stdin \\g\n;\n\\.\nselect 2;",
]


@pytest.mark.parametrize("script", PSQL)
def test_corners_of_psql(script: str, tmp_path: Path) -> None:
    sent = [text for text in psql(script, tmp_path) if not text.startswith("data:")]
    texts = [piece.text for piece in split(script, PG) if isinstance(piece, Statement)]
    assert texts == [text.strip().removesuffix(";").strip() for text in sent]


def test_data_of_copy_are_what_psql_takes_for_them(tmp_path: Path) -> None:
    script = "copy t from stdin;\n1\t;\n\n \\.\n\\\\.\n\\.x\n\\.\nselect 2;"
    (data,) = [text for text in psql(script, tmp_path) if text.startswith("data:")]
    ours = "".join(piece.text for piece in split(script, PG) if isinstance(piece, CopyData))
    assert ours == data.removeprefix("data:").removesuffix("\\.\n")


MARIADB = [
    "use db;\nuse db2\nselect 1; use db3; use\ndb4;",
    "delimiter go\nselect 1 go select 'go' `go`\nselect gone go\ndelimiter ;\nselect 2;",
    "delimiter\nselect 1;\ndelimiter \\\nselect 2;",
    "delimiter ;;\nselect 1; ;; select 2;;\ndelimiter ;\n",
    "delimiter 1234567890123456\nselect 1 123456789012345\n",
    "\\d //\nselect 1;2//\n\\d ;\nselect 3;",
    "select 1\r\n;\r\nuse x\r\nselect 2;\r\ndelimiter //\r\nselect 3//\r\n",
    "select 1; source /dev/null;select 2;\nstatus\nselect 3;",
    "/* a /*! ; */ ; */ select 1;",
    "select 1 --\x01;\n+ 2;",
]


@pytest.mark.parametrize("script", MARIADB)
def test_corners_of_the_mariadb_client(script: str, tmp_path: Path) -> None:
    own = ("SELECT DATABASE()", "select DATABASE()", "select @@")          # before USE, and for its status
    sent = [_bare(text, MARIA) for text in mariadb(script, tmp_path) if not text.startswith(own)]
    assert [_bare(piece.text, MARIA) for piece in split(script, MARIA) if isinstance(piece, Statement)] == sent


def test_psql_loses_the_escapes_of_a_string_at_the_end_of_a_line_and_the_server_does_not(tmp_path: Path) -> None:
    script = "select E'a'\n'b\\';c';"
    assert len(psql(script, tmp_path)) == 2
    (statement,) = split(script, PG)
    assert statement.text == script[:-1]
    assert [token.text for token in significant(script, PG)] == ["select", "E'a'\n'b\\';c'", ";"]


def test_modes_stay_in_step_with_psql(tmp_path: Path) -> None:
    script = "set standard_conforming_strings to off;\nselect '\\'; select ';\nset standard_conforming_strings to on;\nselect '\\'; x;"
    dialects = [piece.dialect for piece in split(script, PG) if isinstance(piece, Statement)]
    assert [Mode.STANDARD_STRINGS in dialect.modes for dialect in dialects] == [True, False, False, True, True]
    assert len(psql(script, tmp_path)) == 5
