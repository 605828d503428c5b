"""Tokens: lossless for any text, and what each server's own lexer makes of the traps."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from time import process_time

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex, significant, significant_again
from safesql.sql.token import Kind

PG, MY, MARIA, LITE = (DIALECTS[name] for name in ("postgres", "mysql", "mariadb", "sqlite"))
READINGS = [
    *DIALECTS.values(),
    PG.with_modes(),
    MY.with_modes(Mode.ANSI_QUOTES),
    MY.with_modes(Mode.NO_BACKSLASH_ESCAPES),
    MY.with_modes(Mode.ANSI_QUOTES, Mode.NO_BACKSLASH_ESCAPES),
]
SOUP = st.lists(
    st.sampled_from([
        "'", '"', "`", "[", "]", "(", ")", "{", "}", "$$", "$a$", "$1", "/*", "*/", "/*!", "/*!50000 ", "/*M!100100 ", "--", "-- ",
        "#", "\n", "\r", "\t", " ", "\\", "\\'", "E'", "e'", "x'", "N'", "U&'", "_utf8'", ";", ",", ".", "..", ":", "::", ":=", "@",
        "@@", "?", "=", "<>", "<=>", "||", "&&", "->>", "+", "-", "*", "/", "%", "1", "1.5", "1e5", "0x1F", "a", "delete", "where",
        "é", "\u00a0", "\x00", "\ufeff", "\U0001f600",
    ]),
    max_size=40,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(SOUP, st.text(max_size=60)), dialect=st.sampled_from(READINGS))
def test_tokens_join_back_to_the_text_whatever_it_is(text: str, dialect: Dialect) -> None:
    tokens = lex(text, dialect)
    assert "".join(token.text for token in tokens) == text
    position = 0
    for token in tokens:
        assert token.start == position
        assert token.text
        position = token.end


@settings(max_examples=200, deadline=None)
@given(text=SOUP, dialect=st.sampled_from(READINGS))
def test_reading_from_a_token_that_ends_cleanly_gives_the_same_tokens(text: str, dialect: Dialect) -> None:
    tokens = lex(text, dialect)
    if any(token.kind in (Kind.BAD, Kind.CODE_OPEN, Kind.CODE_CLOSE) for token in tokens):
        return
    for index, token in enumerate(tokens):
        if token.kind is Kind.SEMICOLON:
            assert [t.text for t in lex(text[token.end :], dialect)] == [t.text for t in tokens[index + 1 :]]


CASES: list[tuple[Dialect, str, list[str]]] = [
    (PG, "a::int, :x, ::", ["a", "::", "int", ",", ":x", ",", "::"]),
    (PG, "E'a\\'b' c", ["E'a\\'b'", "c"]),
    (PG, "E'a'\n'b\\'' c", ["E'a'\n'b\\''", "c"]),
    (PG, "'a\\' c", ["'a\\'", "c"]),
    (PG, "$$a;$$ $x$ $$ ' $x$", ["$$a;$$", "$x$ $$ ' $x$"]),
    (PG, "a$b$c$ d", ["a$b$c$", "d"]),
    (PG, "1*-2", ["1", "*", "-", "2"]),
    (PG, "a @-b", ["a", "@-", "b"]),
    (PG, "a<>-1", ["a", "<>", "-", "1"]),
    (PG, "a--b\rc", ["a", "c"]),
    (PG, "a /* x /* y */ z */ b", ["a", "b"]),
    (PG, "a+/* x */b", ["a", "+", "b"]),
    (PG, 'U&"d\\0061" "q""x"', ['U&"d\\0061"', '"q""x"']),
    (PG, "a # 1", ["a", "#", "1"]),
    (PG, "where\u00a0id", ["where\u00a0id"]),
    (PG, "E'a' -- x\n'b\\'' c", ["E'a' -- x\n'b\\''", "c"]),
    (PG, "'a'\n'b'", ["'a'", "'b'"]),
    (PG, "a $b$ c$d$ e $b$ f", ["a", "$b$ c$d$ e $b$", "f"]),
    (PG, "$1$$x$$ 1$$y$$", ["$1", "$$x$$", "1", "$$y$$"]),
    (PG, '"" U&""', ['""', 'U&""']),
    (PG, "a=>=b", ["a", "=>=", "b"]),
    (PG, "a[1:n]:'x':\"y\":'a b'", ["a", "[", "1", ":n", "]", ":'x'", ':"y"', ":", "'a b'"]),
    (PG, "1..2 .5 1.e3", ["1", ".", ".", "2", ".5", "1.e3"]),
    (PG.with_modes(), "'a\\' b' N'\\'' b'1\\' x", ["'a\\' b'", "N'\\''", "b'1\\'", "x"]),
    (MY, "'a\\'b' \"c\" `d``e`", ["'a\\'b'", '"c"', "`d``e`"]),
    (MY, "5--1", ["5", "-", "-", "1"]),
    (MY, "5-- 1\n+2", ["5", "+", "2"]),
    (MY, "a # c\nb", ["a", "b"]),
    (MY, "a -- c\rd\nb", ["a", "b"]),
    (MY, "id=1||--1", ["id", "=", "1", "||", "-", "-", "1"]),
    (MY, "a<=>b:=c->>'$'", ["a", "<=>", "b", ":=", "c", "->>", "'$'"]),
    (MY, "/*!50000 x */ /*M!100100 y */ /* z */", ["/*!50000", "x", "*/", "/*M!100100", "y", "*/"]),
    (MY, "/*! a /* b */ c */", ["/*!", "a", "c", "*/"]),
    (MY, "@a @@sql_mode @`b c` @'d e'", ["@a", "@@sql_mode", "@`b c`", "@'d e'"]),
    (MY, "db.1table", ["db", ".", "1table"]),
    (MY, "a.1e5 1e5x 1.a `a`.5", ["a", ".", "1e5", "1e5", "x", "1.", "a", "`a`", ".5"]),
    (MY, "l:BEGIN", ["l", ":", "BEGIN"]),
    (MY, "\\N", ["\\N"]),
    (MY, "3--\x7f2\n+1", ["3", "+", "1"]),
    (MY, "_utf8 'a' _binary X'00' _foo'b' _latin1\"c\"", ["_utf8 'a'", "_binary X'00'", "_foo", "'b'", '_latin1"c"']),
    (MY, "@@`a` @@global.b", ["@", "@`a`", "@@global.b"]),
    (MY, "/*!99999 a /* in */ b */ c", ["/*!99999", "a", "b", "*/", "c"]),
    (MY, "/*!501 a */", ["/*!", "501", "a", "*/"]),
    (MY, "/*!501234567 */", ["/*!501234", "567", "*/"]),
    (MY, "1a 0x1F 0xZZ", ["1a", "0x1F", "0xZZ"]),
    (MY, "where\u00a0id", ["where\u00a0id"]),
    (MY.with_modes(Mode.ANSI_QUOTES), '"a\\"', ['"a\\"']),
    (MY.with_modes(Mode.NO_BACKSLASH_ESCAPES), "'a\\' b", ["'a\\'", "b"]),
    (LITE, "[a b] \"c\" `d` 'e''f' x'ab'", ["[a b]", '"c"', "`d`", "'e''f'", "x'ab'"]),
    (LITE, "?1 :a @b $c 1==1", ["?1", ":a", "@b", "$c", "1", "==", "1"]),
    (LITE, "a -- c\rd\nb", ["a", "b"]),
    (LITE, "\ufeffselect\ufeff \ufeff1", ["select\ufeff", "1"]),
    (LITE, "a->b->>'c'||d<>e", ["a", "->", "b", "->>", "'c'", "||", "d", "<>", "e"]),
    (LITE, "$a::b(c) #d", ["$a::b(c)", "#d"]),
    (LITE, "'a\\' \"b\"\"c\"", ["'a\\'", '"b""c"']),
]


@pytest.mark.parametrize(("dialect", "text", "expected"), CASES, ids=lambda value: value if isinstance(value, str) else None)
def test_traps_are_read_as_the_server_reads_them(dialect: Dialect, text: str, expected: list[str]) -> None:
    assert [token.text for token in significant(text, dialect)] == expected


UNENDED = [
    (PG, "SELECT 'x"), (PG, 'SELECT "x'), (PG, "SELECT $$x"), (PG, "SELECT $a$ x $$"), (PG, "/* a /* b */"), (PG, "E'x\\'"),
    (MY, "SELECT 'x\\'"), (MY, 'SELECT "x'), (MY, "SELECT `x"), (MY, "/* x"), (MY, "/*! x"), (LITE, "[x"), (LITE, "/* x"),
    (PG, "a\x00b"), (MY, "a\x00b"), (LITE, "a\x00b"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text"), UNENDED)
def test_what_is_never_ended_is_bad_to_the_end(dialect: Dialect, text: str) -> None:
    assert any(token.kind is Kind.BAD for token in lex(text, dialect))


def test_words_are_in_upper_case_and_names_are_not_words() -> None:
    word, name = significant('delete "delete"', PG)
    assert (word.kind, word.word, name.kind, name.word) == (Kind.WORD, "DELETE", Kind.NAME, "")


@pytest.mark.parametrize("text", ["/*!50000 'a */ b' */ c", '/*! "*/" */', "/*! `/*` */", "/*! a -- */\n */", "/*! a # */\n */", "/*! @'*/' */", "/*! /*! a */ */"])
def test_what_a_server_that_skips_an_executable_comment_reads_otherwise_is_bad(text: str) -> None:
    assert any(token.kind is Kind.BAD for token in lex(text, MY))


@settings(max_examples=60, deadline=None)
@given(run=st.text(alphabet="+-*/<>=~!@#%^&|`?", min_size=1, max_size=6))
def test_postgres_cuts_operators_at_the_same_place(run: str, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        try:
            server.execute(f"SELECT point '1,1' {run} 1".encode())
            return
        except psycopg.Error as error:
            named = re.match(r"operator (?:does not exist|is not unique): point (\S+) ", str(error))
    if named:
        point, _, operator, *_ = significant(f"point '1,1' {run} 1", PG)
        assert point.word == "POINT"
        assert operator.text == named[1] or (operator.text, named[1]) == ("!=", "<>")     # the server has one name


@settings(max_examples=200, deadline=None)
@given(text=SOUP, gap=st.sampled_from([" ", "\n"]))
def test_sqlite_reads_what_we_join_again_as_it_read_the_text(text: str, gap: str) -> None:
    tokens = significant(text, LITE)
    if any(token.kind is Kind.BAD for token in tokens):
        return

    def said(sql: str) -> str:
        with closing(sqlite3.connect(":memory:")) as server:
            try:
                return str(server.execute("EXPLAIN SELECT " + sql).fetchall())
            except (sqlite3.Error, sqlite3.Warning) as error:
                return re.sub(r"\s+", " ", str(error))

    assert said(text) == said(gap.join(token.text for token in tokens))


@pytest.mark.parametrize("dialect", [PG, MARIA, LITE], ids=str)
@pytest.mark.parametrize(
    "unit",
    [" ", "'", "' ", '"', "`", "(", "$", "$a ", "$a$", "1$", "--", "/*", "/* */", "*/", "/*! ", "\\", "E'", "@", ":", "0x", "1e", ".", "+", "+-", "!",
     "_utf8", "é", "'a'\n"],
)  # fmt: skip
def test_hostile_runs_take_linear_time(dialect: Dialect, unit: str) -> None:
    def cost(size: int) -> float:
        text = unit * (size // len(unit))
        started = process_time()
        lex(text, dialect)
        return process_time() - started

    lex(unit, dialect)
    small = min(cost(2_000) for _ in range(3))
    assert min(cost(16_000) for _ in range(2)) < max(small, 0.001) * 8 * 5


@settings(max_examples=300, deadline=None)
@example(head="1", old="A", new="", tail="", dialect=LITE, times=4)
@example(head="+", old="", new="#", tail="", dialect=PG, times=9)
@given(
    head=SOUP, old=st.text(max_size=6), new=SOUP, tail=SOUP, dialect=st.sampled_from([PG, MARIA, LITE]), times=st.integers(1, 9)
)
def test_a_changed_text_has_the_tokens_of_its_own(
    head: str, old: str, new: str, tail: str, dialect: Dialect, times: int
) -> None:
    before, after = head * times + old + tail, head * times + new + tail
    again = significant_again(after, dialect, before, significant(before, dialect))
    assert again == significant(after, dialect)
