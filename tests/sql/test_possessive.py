"""Possessive groups end where they should, on a Python that has them wrong as on one that has them right."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.sql.clients.mysql import CLIENT as MYSQL
from safesql.sql.clients.psql import CLIENT as PSQL
from safesql.sql.clients.sqlite import CLIENT as SQLITE
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexis import pattern
from safesql.sql.possessive import NEVER, compiled, mended

ALL = [*(pattern(dialect) for dialect in DIALECTS.values()), *(client.lead for client in (PSQL, MYSQL, SQLITE))]
PIECES = ["'", "''", '"', "`", "\\", "$$", "$a$", "--", "/*", "*/", "/*!", "#", "\n", "\r", " ", ";", "E'", "x'", "0x1", "1.5e", "a", "é", "\0"]


@pytest.mark.parametrize(
    ("text", "end"), [("acab", 2), ("ac", 2), ("a", 0), ("", 0), ("acacacabc", 9), ("abac", 0), ("abcab", 3)],
)
def test_a_group_that_gives_up_half_way_ends_behind_its_last_whole_turn(text: str, end: int) -> None:
    for expression in (compiled("(?:ab?c)*+"), re.compile(mended("(?:ab?c)*+"))):
        found = expression.match(text)
        assert found is not None
        assert found.end() == end


def test_a_look_behind_that_fails_leaves_the_place_as_it_is() -> None:
    found = compiled("(?:(?<=a)b)*+").match("a", 1)
    assert found is not None
    assert found.span() == (1, 1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("(?:ab)*+c", f"(?:ab{NEVER})*+c"),
        ("(a|b)?+", f"(a|b{NEVER})?+"),
        ("(?:a(?:b)++)*+", f"(?:a(?:b{NEVER})++{NEVER})*+"),
        ("(?:a){2,3}+", f"(?:a{NEVER}){{2,3}}+"),
        (r"(?:a\)*+b)*", r"(?:a\)*+b)*"),
        ("[)*+]*+", "[)*+]*+"),
        ("[])*+]*+[^])*+]", "[])*+]*+[^])*+]"),
        ("(?:a)*", "(?:a)*"),
        ("(?:a)+", "(?:a)+"),
        ("a*+b++c?+", "a*+b++c?+"),
    ],
)
def test_only_possessive_groups_get_another_alternative(written: str, meant: str) -> None:
    assert mended(written) == meant


def test_a_comment_of_a_verbose_pattern_is_none_of_it() -> None:
    written = "(?:a\n# (b)*+ [\n)*+ # )*+"
    assert mended(written, re.VERBOSE) == f"(?:a\n# (b)*+ [\n{NEVER})*+ # )*+"


@given(st.sampled_from(ALL), st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.integers(0, 12))
def test_what_the_lexers_and_splitters_look_for_is_the_same_when_mended(expression: re.Pattern[str], text: str, at: int) -> None:
    other = re.compile(mended(expression.pattern, expression.flags), expression.flags)
    here, there = expression.match(text, at), other.match(text, at)
    assert (here and (here.span(), here.lastgroup)) == (there and (there.span(), there.lastgroup))
