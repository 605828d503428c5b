r"""psql's scripts: variables are put in before anything is cut, branches not taken are left out, ``\;`` joins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.sql.clients.branches import Branches
from safesql.sql.clients.options import Program, Unknown, boolean, options
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import Splitter
from safesql.sql.statement import Command, Piece, Statement
from safesql.sql.variables import Variables
from tests.sql.recorder import psql

PG = DIALECTS["postgres"]


def read(text: str, variables: Variables, size: int = 0) -> Iterator[Piece]:
    """The pieces of a script, as a run that follows its branches reads them."""
    chunks = [text[at : at + size] for at in range(0, len(text), size)] if size else [text]
    splitter = Splitter(chunks, PG, "s.sql", variables=variables, script=True)
    branches = Branches()
    for piece in splitter:
        if isinstance(piece, Command) and piece.name in ("if", "elif", "else", "endif"):
            holds = boolean(" ".join(options(piece.argument, variables))) or False
            branches.meet(piece.name, partial(bool, holds))
        elif isinstance(piece, Command) and piece.name == "set" and branches.taken:
            name, *values = options(piece.argument, variables)
            variables.set(name, "".join(values))
        splitter.skipping = not branches.taken
        yield piece


SCRIPTS = [
    ("\\set x 1\nselect :x, ':x', \":x\", a::x, $$:x$$, /* :x */ :y; -- :x\n", ["select 1, ':x', \":x\", a::x, $$:x$$, /* :x */ :y"]),
    ("\\set x 'it''s'\nselect :'x', :\"x\", :{?x}, :{?y};", ["select 'it''s', \"it's\", TRUE, FALSE"]),
    ("\\set x '\\\\a'\nselect :'x';", ["select  E'\\\\a'"]),
    ("\\set x 'select 1; select 2;'\n:x select 3;", ["select 1", "select 2", "select 3"]),
    ("\\set x 'a :x b'\nselect :x;", ["select a :x b"]),
    ("\\set x 1\nselect \\:x, a[1:2];", ["select :x, a[1:2]"]),
    ("select 1\\; delete from t\\;;select 3;", ["select 1", "delete from t", "select 3"]),
    ("select 1\\; insert into t values (1);", ["select 1", "insert into t values (1)"]),
    ("select \\echo hi\n 1;", ["select \n 1"]),
    ("\\if true\nselect 1;\n\\else\nselect ';\n';\n\\endif\nselect 2;", ["select 1", "select 2"]),
    ("\\if off\nselect 1;\n\\elif yes\nselect 2;\n\\else\nselect 3;\n\\endif\n", ["select 2"]),
    ("\\if 0\n\\if 1\nselect 1;\n\\endif\ncopy t from stdin;\n\\echo `ls`\n\\.\n\\endif\nselect 2;", ["select 2"]),
    ("select\n\\if false\n (1\n\\else\n 2\n\\endif\n, 3;", ["select\n\n 2\n\n, 3"]),
    ("\\set x 2\n\\if :{?x}\nselect :x;\n\\endif\n", ["select 2"]),
]


def texts(script: str, size: int = 0) -> list[str]:
    return [piece.text for piece in read(script, Variables(), size) if isinstance(piece, Statement)]


@pytest.mark.parametrize(("script", "expected"), SCRIPTS, ids=[script[:30] for script, _ in SCRIPTS])
def test_what_is_judged_is_what_is_sent(script: str, expected: list[str]) -> None:
    assert texts(script) == expected


@pytest.mark.parametrize("script", [script for script, _ in SCRIPTS if "`" not in script])
def test_psql_sends_the_same(script: str, tmp_path: Path) -> None:
    sent = [text.strip().rstrip(";").rstrip() for text in psql(script, tmp_path)]
    joined: list[str] = []
    for piece in read(script, Variables()):
        if isinstance(piece, Statement):
            joined = [*joined[:-1], f"{joined[-1]}; {piece.text}"] if piece.joined else [*joined, piece.text]
    assert ["".join(text.split()) for text in joined] == ["".join(text.partition("; --")[0].split()) for text in sent]


@given(st.sampled_from([script for script, _ in SCRIPTS]), st.integers(1, 12))
def test_where_chunks_end_changes_nothing(script: str, size: int) -> None:
    whole = list(read(script, Variables()))
    assert list(read(script, Variables(), size)) == whole


def test_lines_are_those_of_the_script() -> None:
    pieces = read("\\set x 'a\\nb\\nc'\nselect :'x';\nselect\n\\if false\n1\n\n\\endif\n2;\nselect 3;", Variables())
    assert [piece.place.line for piece in pieces if isinstance(piece, Statement)] == [2, 3, 9]


def test_a_value_that_only_the_run_tells_is_left_as_it_stands() -> None:
    pieces = read("select :x, :{?x};", Variables({"x": None}))
    assert [piece.text for piece in pieces if isinstance(piece, Statement)] == ["select :x, :{?x}"]


ARGUMENTS = [
    ("a  b\tc", ["a", "b", "c"]),
    ("'a b' 'it''s' '\\n\\x41\\102\\q'", ["a b", "it's", "\nABq"]),
    ("\"a b\" x'y'z", ['"a b"', "xyz"]),
    (":v ':v' \":v\" :'v' :w", ["1", ":v", '":v"', "'1'", ":w"]),
]


@pytest.mark.parametrize(("argument", "expected"), ARGUMENTS)
def test_arguments_are_those_of_psql(argument: str, expected: list[str]) -> None:
    assert options(argument, Variables({"v": "1"})) == expected


@pytest.mark.parametrize(("argument", "error"), [("`ls`", Program), ("a`ls`", Program), (":u", Unknown), ("'a", ValueError), ('"a', ValueError)])
def test_what_cannot_be_an_argument_is_refused(argument: str, error: type[ValueError]) -> None:
    with pytest.raises(error):
        options(argument, Variables({"u": None}))


@pytest.mark.parametrize(("word", "expected"), [
    ("t", True), ("TRUE", True), ("y", True), ("on", True), ("1", True), ("f", False), ("no", False), ("of", False), ("OFF", False),
    ("0", False), ("o", None), ("", None), ("2", None), ("truer", None),
])  # fmt: skip
def test_booleans_are_those_of_psql(word: str, expected: bool | None) -> None:
    assert boolean(word) is expected


@pytest.mark.parametrize("names", [["endif"], ["else"], ["elif"], ["if", "else", "else"], ["if", "else", "elif"]])
def test_a_conditional_out_of_place_is_an_error(names: list[str]) -> None:
    branches = Branches()
    with pytest.raises(ValueError, match=r"cannot come|has no"):
        for name in names:
            branches.meet(name, lambda: True)
