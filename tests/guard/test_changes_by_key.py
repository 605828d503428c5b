"""The fast path of changes by key says what the whole analysis says, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.analysis import effect_of, whole
from safesql.guard.analysis.keyed import keyed
from safesql.sql.dialect import Mode
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

NAMES = st.sampled_from(
    "id ID t1 name only set where true FALSE null default current_date user rowid oid binary not a x_1 order_id "
    "session_user unknown interval date row value values key status".split()
)
LITERALS = st.one_of(
    st.integers(0, 99).map(str), st.sampled_from(("0", "1", "2.50", "'x'", "''", "'0'", "'1'", "'it''s'", r"'a\'", r"'\\'",
    "'a--b'", "NULL", "-1", "1e5", "0x1F", "1a", "'a' 'b'", "E'x'", "x", "(1)", "true", "'%;'", "'\x01'")),
)  # fmt: skip
SPACE = st.sampled_from((" ", "  ", "\n", "\t", "/**/", " -- c\n"))
GAP = st.sampled_from((" ", "", "\n"))
ALL = [*DIALECTS.values(), DIALECTS["mysql"].with_modes(Mode.NO_BACKSLASH_ESCAPES, Mode.ANSI_QUOTES), DIALECTS["postgres"].with_modes()]


@st.composite
def _changes(draw: st.DrawFn) -> str:
    space, gap = draw(SPACE), draw(GAP)
    table = ".".join(draw(st.lists(NAMES, min_size=1, max_size=2)))
    sets = st.tuples(NAMES, st.one_of(LITERALS, st.tuples(NAMES, st.sampled_from("+-*/|"), LITERALS).map(" ".join)))
    values = f"{gap},{gap}".join(f"{name}{gap}={gap}{value}" for name, value in draw(st.lists(sets, min_size=1, max_size=3)))
    keys = draw(st.lists(st.tuples(NAMES, LITERALS), min_size=1, max_size=3))
    joined = draw(st.sampled_from((" AND ", " and\n", " OR ")))
    where = joined.join(f"{name}{gap}={gap}{value}" for name, value in keys)
    head = draw(st.sampled_from((f"UPDATE{space}{table} SET {values}", f"DELETE FROM{space}{table}", f"update {table} set {values}")))
    return f"{head} WHERE{space}{where}{draw(st.sampled_from(('', ';', ' ')))}"


@settings(max_examples=1500, deadline=None)
@given(text=_changes(), dialect=st.sampled_from(ALL))
def test_it_says_what_the_whole_analysis_says(text: str, dialect: object) -> None:
    of = next(each for each in ALL if each is dialect)
    quick = keyed(text, of, whole)
    assert quick is None or quick == whole(text, of)


@pytest.mark.parametrize("dialect", ALL)
def test_it_is_taken_for_what_scripts_are_made_of(dialect: object) -> None:
    of = next(each for each in ALL if each is dialect)
    for text in ("UPDATE orders SET note = 'x; 7', amount = amount + 1 WHERE id = 7", "DELETE FROM s.t WHERE a = 1 AND b = 'x';"):
        quick = keyed(text, of, whole)
        assert quick is not None
        assert quick == whole(text, of) == effect_of(Statement(text, of))


@pytest.mark.parametrize("text", ["DELETE FROM t WHERE a = 1 AND a = 2", "DELETE FROM t WHERE true = 1", "DELETE FROM t WHERE 1 = 1"])
def test_it_is_not_taken_where_the_literals_matter(text: str) -> None:
    assert keyed(text, DIALECTS["mariadb"], whole) is None
