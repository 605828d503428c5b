"""``-- safesql:`` comments: what they say, where they count, and what is malformed."""

from __future__ import annotations

import pytest

from safesql.errors import UsageError
from safesql.sql.dialects import DIALECTS
from safesql.sql.directives import Directives, directives
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

PG = DIALECTS["postgres"]

SAID = [
    (["-- safesql: allow delete-without-where: staging table"], Directives({"delete-without-where": "staging table"})),
    (["--safesql: allow truncate,drop-table :  two  of them "], Directives({"truncate": "two of them", "drop-table": "two of them"})),
    (["# safesql: expect 3 rows"], Directives({}, 3)),
    (["-- safesql: expect 1 row"], Directives({}, 1)),
    (["-- safesql: expect 1_000 rows", "-- a note", "-- SafeSQL: Allow truncate: x"], Directives({"truncate": "x"}, 1000)),
    (["-- safesql is nice", "/* safesql: allow truncate: x */", "-- see safesql: allow"], Directives()),
    ([], Directives()),
]


@pytest.mark.parametrize(("comments", "expected"), SAID)
def test_comments_say(comments: list[str], expected: Directives) -> None:
    assert directives(comments) == expected


@pytest.mark.parametrize(
    "comment",
    ["-- safesql: allow truncate", "-- safesql: allow: why", "-- safesql: allow truncate:", "-- safesql: expect rows",
     "-- safesql: expect -1 rows", "-- safesql: expect 3", "-- safesql: alow truncate: x", "-- safesql:"],
)  # fmt: skip
def test_a_malformed_one_is_told_with_what_to_write(comment: str) -> None:
    with pytest.raises(UsageError, match="write '-- safesql: allow RULE: reason'"):
        directives([comment])


def _comments(text: str) -> list[tuple[str, ...]]:
    return [piece.comments for piece in split(text, PG) if isinstance(piece, Statement)]


def test_a_comment_counts_for_the_next_statement_only() -> None:
    assert _comments("-- safesql: expect 1 row\ndelete from a; delete from b;") == [("-- safesql: expect 1 row",), ()]


def test_a_comment_behind_a_statement_is_not_for_the_next_line() -> None:
    assert _comments("delete from a; -- safesql: expect 1 row\ndelete from b;") == [(), ()]
    assert _comments("delete from a; /* x\n*/ -- y\n-- z\ndelete from b;") == [(), ("-- y", "-- z")]


def test_a_comment_before_a_command_or_an_empty_statement_is_used_up() -> None:
    assert _comments("-- safesql: expect 1 row\n;delete from a;") == [()]
    assert _comments("-- safesql: expect 1 row\n\\timing\ndelete from a;") == [()]


def test_comments_reach_the_fast_path_of_inserts_too() -> None:
    assert _comments("-- one\nINSERT INTO t VALUES (1);\n-- two\nINSERT INTO t VALUES (2);") == [("-- one",), ("-- two",)]


def test_only_the_nearest_comments_are_kept() -> None:
    ((*_, last),) = _comments("\n".join(f"-- {n}" for n in range(100_000)) + "\nselect 1;")
    assert last == "-- 99999"
