"""What the judge lets pass spares rows, when it is run: generated statements on all three servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from random import Random

import pytest

from tests.guard.execution import servers
from tests.guard.execution.data import ROWS
from tests.guard.execution.servers import Server
from tests.guard.execution.statements import grammar
from tests.guard.execution.tree import shrunk
from tests.guard.execution.trial import filtered, grown, reworded, tally, took_all, took_more

COUNT = 3_000
SEED = 24
ALARMS = 200            # at most one in so many
BY_DATA: dict[str, set[str]] = {
    "sqlite": {
        "INSERT INTO t (id, mark) SELECT id, 1 FROM t WHERE (a IS DISTINCT FROM 0 OR a NOTNULL OR f)"
        " ON CONFLICT (id) DO UPDATE SET mark = 1",
    },
    "postgres": {"DELETE FROM ONLY big t WHERE (a IS NULL OR a <> ANY (SELECT k FROM o))"},
    "mariadb": {"DELETE FROM t WHERE if(a IN (0, 0, NULL), 1, a <=> a)"},
}
"""Statements of this seed that took all rows though they are allowed: because of what the rows happen to be, or of NULL
in a way that is not followed. The list may only shrink."""


def _opened(name: str, request: pytest.FixtureRequest) -> AbstractContextManager[Server]:
    if name == "sqlite":
        return servers.sqlite()
    target = request.getfixturevalue(f"{name}_server")
    return servers.postgres(target) if name == "postgres" else servers.mariadb(target)


@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "mariadb"])
def test_what_is_allowed_spares_rows_and_few_filters_are_stopped(dialect: str, request: pytest.FixtureRequest) -> None:
    with _opened(dialect, request) as server:
        found = tally(server, dialect, grown(dialect, SEED), COUNT)
    assert set(found.missed) <= BY_DATA[dialect]
    assert sum(found.alarms.values()) <= COUNT // ALARMS, found.alarms
    assert found.allowed > COUNT // 2
    assert found.stopped > COUNT // 20


@pytest.fixture
def sqlite() -> Iterator[Server]:
    with servers.sqlite() as server:
        yield server


def test_a_statement_is_undone_before_the_next(sqlite: Server) -> None:
    everything, one, nothing = sqlite.tried(["DELETE FROM t", "DELETE FROM t WHERE id = 3", "SELECT 1"])
    assert everything == [(0, ROWS)] * 2
    assert one == [(ROWS - 1, ROWS)] * 2
    assert nothing == [(ROWS, ROWS)] * 2


@pytest.mark.parametrize(
    ("statement", "all_rows"),
    [
        ("DELETE FROM t WHERE a > 0 OR a <= 0 OR a IS NULL", True),
        ("UPDATE big AS t SET mark = 1 WHERE a < 6 OR a IS NULL", False),
        ("DELETE FROM t WHERE a IS NOT 11", False),
        ("DELETE FROM t WHERE 77 = 77", True),
    ],
)
def test_what_takes_all_rows_whatever_the_data_is_told_from_what_the_data_decide(
    sqlite: Server, statement: str, all_rows: bool
) -> None:
    assert (took_all(sqlite.tried([statement])[0]) and took_more(sqlite, statement)) is all_rows


def test_rows_that_are_told_apart_make_a_filter(sqlite: Server) -> None:
    some, every, none = sqlite.tried([f"DELETE FROM t WHERE {each}" for each in ("a > 1", "1 = 1", "1 = 0")])
    assert (filtered(some), filtered(every), filtered(none)) == (True, False, False)


def test_a_statement_refused_in_one_data_set_took_nothing_there(sqlite: Server) -> None:
    assert sqlite.tried(["DELETE FROM nowhere"]) == [[None, None]]
    assert not took_all([None, None])


def test_other_constants_take_the_place_of_the_same_ones_alike() -> None:
    assert reworded("DELETE FROM o2 WHERE a = 1 AND s = 'a' OR s LIKE '%' OR 1 = 1", 1) == (
        "DELETE FROM o2 WHERE a = 2 AND s = 'A' OR s LIKE '%' OR 2 = 2"
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_statement_is_shrunk_to_what_still_fails(seed: int) -> None:
    rules = grammar("sqlite")
    tree = rules.grow("cond", Random(seed), 6)
    wanted = tree.text[:1]
    small = shrunk(rules, tree, lambda each: each.text.startswith(wanted))
    assert small.text.startswith(wanted)
    assert len(small.text) <= len(tree.text)
    assert len(shrunk(rules, tree, lambda each: True).text) <= len("TRUE")
