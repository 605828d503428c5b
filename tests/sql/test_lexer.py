"""Tokens: lossless for any text, and what each server's own lexer makes of the traps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.sql.dialect import Dialect, Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex, significant
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
    (MY, "1a 0x1F 0xZZ", ["1a", "0x1F", "0xZZ"]),
    (MY, "where\u00a0id", ["where\u00a0id"]),
    (MY.with_modes(Mode.ANSI_QUOTES), '"a\\"', ['"a\\"']),
    (MY.with_modes(Mode.NO_BACKSLASH_ESCAPES), "'a\\' b", ["'a\\'", "b"]),
    (LITE, "[a b] \"c\" `d` 'e''f' x'ab'", ["[a b]", '"c"', "`d`", "'e''f'", "x'ab'"]),
    (LITE, "?1 :a @b $c 1==1", ["?1", ":a", "@b", "$c", "1", "==", "1"]),
    (LITE, "a -- c\rd\nb", ["a", "b"]),
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
