"""PostgreSQL's own grammar as a second opinion: what it sees a statement do, our effects show at least."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pglast.parser import split as grammar_split

from safesql.guard.analysis import of_text
from safesql.guard.effect import Effect, Reach
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import CopyData, Statement
from tests.guard.postgres_grammar import Deed, deeds

POSTGRES = DIALECTS["postgres"]
HERE = Path(__file__).parent
SCRIPTS = sorted({
    json.loads(line)["sql"]
    for file in (HERE / "corpus" / "postgres.jsonl", HERE / "cases" / "postgres.jsonl")
    for line in file.read_text("utf-8").splitlines()
    if "standard_conforming_strings" not in line           # the grammar alone has no such switch
})
WHOLE = ("DELETE", "UPDATE", "TRUNCATE")


def laxer(sql: str) -> list[Deed]:
    """What the grammar sees and our effects do not show, for a text of one statement."""
    said = deeds(sql)
    if said is None or len(said) != 1:
        return []
    ours = list(of_text(sql, POSTGRES).walk())
    if any(effect.reach is Reach.OPAQUE for effect in ours):
        return []
    return [deed for deed in said[0] if not any(_shows(effect, deed) for effect in ours)]


def _shows(effect: Effect, deed: Deed) -> bool:
    """Whether an effect says at least what a deed says."""
    if effect.verb.removesuffix(" CASCADE") != deed.verb:
        return False
    if deed.target and (effect.target is None or effect.target.parts[-1] != deed.target):
        return False
    return not (deed.whole and deed.verb in WHOLE and effect.bounded)


@pytest.mark.parametrize("sql", SCRIPTS)
def test_no_case_is_read_laxer_than_by_the_grammar(sql: str) -> None:
    for piece in split(sql, POSTGRES):
        if isinstance(piece, Statement):
            assert not laxer(piece.text)


@pytest.mark.parametrize("sql", SCRIPTS)
def test_scripts_without_commands_of_psql_are_cut_where_the_grammar_cuts_them(sql: str) -> None:
    pieces = split(sql, POSTGRES)
    if not all(isinstance(piece, Statement) and piece.command is None for piece in pieces) or deeds(sql) is None:
        return
    assert not any(isinstance(piece, CopyData) for piece in pieces)
    ours = [_bare(piece.text) for piece in pieces if isinstance(piece, Statement)]
    assert [text for text in ours if text] == [_bare(text) for text in grammar_split(sql) if _bare(text)]


def _bare(text: str) -> str:
    """The tokens alone: the grammar leaves comments with the statement that follows them."""
    return " ".join(token.text for token in Statement(text.strip(), POSTGRES).tokens if token.text != ";")


TABLES = st.sampled_from(("orders", "public.orders", '"where"', "ONLY orders", "orders *", 'U&"sess\\0069ons"'))
ALIASES = st.sampled_from(("", " AS o", " x", ' AS "where"', " AS only"))
CONDITIONS = st.sampled_from((
    "", " WHERE id = 3", " WHERE 'where' = $q$a$q$", " WHERE EXISTS (SELECT 1 FROM orders WHERE id = 3)",
    " WHERE (a, b) = (1, 2) AND CASE WHEN a THEN b END", " WHERE CURRENT OF c",
))
RETURNING = st.sampled_from(("", " RETURNING *", ' RETURNING id AS "where"', " RETURNING (SELECT 1 FROM t WHERE a)"))
FILLERS = st.sampled_from((" ", "\n", "/* where id = 1 */", " -- where id = 1\n", " /* /* nested */ where */ "))
deletes = st.builds("DELETE FROM {}{}{}{}".format, TABLES, ALIASES, CONDITIONS, RETURNING)
updates = st.builds(
    "UPDATE {}{} SET a = {}{}{}{}".format, TABLES, ALIASES,
    st.sampled_from(("1", "'x WHERE y'", "(SELECT 1 FROM b WHERE c)", "CASE WHEN a THEN b END", "DEFAULT")),
    st.sampled_from(("", " FROM b", " FROM b JOIN c ON b.x = c.x, LATERAL (SELECT 1 WHERE true) q")), CONDITIONS, RETURNING,
)
merges = st.builds(
    "MERGE INTO orders{} USING {} ON {} WHEN {} THEN {} WHEN NOT MATCHED THEN DO NOTHING".format, ALIASES,
    st.sampled_from(("b", "(SELECT 1) q", "b JOIN c ON true")), st.sampled_from(("true", "id = q.id")),
    st.sampled_from(("MATCHED", "MATCHED AND a", "MATCHED AND CASE WHEN a THEN b END")),
    st.sampled_from(("DELETE", "UPDATE SET a = 1", "DO NOTHING")),
)
writes = st.one_of(deletes, updates, merges)
others = st.sampled_from((
    "TRUNCATE a, ONLY b, c.d CASCADE", "DROP TABLE IF EXISTS a, b.c", "DROP MATERIALIZED VIEW m",
    "ALTER TABLE IF EXISTS ONLY a ADD b int, DROP COLUMN IF EXISTS c, ALTER d TYPE int", "DROP SCHEMA a, b CASCADE",
    "ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "INSERT INTO a AS b VALUES (1) ON CONFLICT (x) DO UPDATE SET y = 2",
))


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A write, in all that may be around it."""
    inner = draw(st.one_of(writes, others))
    dml = inner.startswith(("DELETE", "UPDATE", "INSERT"))
    shapes = ["{}", "EXPLAIN ANALYZE {}", "EXPLAIN (ANALYZE true, VERBOSE) {}", "EXPLAIN {}", "PREPARE p AS {}"]
    if dml:
        shapes += [
            "WITH a AS ({}) SELECT 1 WHERE false", "WITH RECURSIVE b(x) AS (SELECT 1), a AS MATERIALIZED ({}) TABLE b",
            "WITH b AS (WITH c AS (SELECT 1) TABLE c) {}", "COPY ({}) TO STDOUT",
            "WITH a AS ({}) INSERT INTO t SELECT 1 WHERE false",
        ]
    text = draw(st.sampled_from(shapes)).format(inner)
    filler = draw(FILLERS)
    return filler.join(text.split(" ")) if "'" not in text and '"' not in text else text


@given(statements())
@settings(max_examples=600, deadline=None)
def test_no_generated_write_is_read_laxer_than_by_the_grammar(sql: str) -> None:
    assert not laxer(sql)


@given(st.lists(st.one_of(writes, others, st.sampled_from(("SELECT ';'", "SELECT $$;$$", "VALUES (1)"))), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_generated_scripts_are_cut_alike(parts: list[str]) -> None:
    script = ";\n".join(parts)
    if deeds(script) is None:
        return
    ours = [_bare(piece.text) for piece in split(script, POSTGRES) if isinstance(piece, Statement)]
    assert ours == [_bare(text) for text in grammar_split(script)]


@pytest.mark.parametrize(("sql", "found"), [
    ("WITH d AS (DELETE FROM a) SELECT 1", [Deed("DELETE", "a", whole=True)]),
    ("EXPLAIN (ANALYZE off, ANALYZE) UPDATE b SET c = 1 WHERE d", [Deed("UPDATE", "b", whole=False)]),
    ("EXPLAIN (ANALYZE, ANALYZE off) UPDATE b SET c = 1 WHERE d", []),
    ("EXPLAIN (ANALYZE 0) DELETE FROM b", []),
    ("ALTER TABLE t ADD a int, DROP b", [Deed("DROP COLUMN", "", whole=True)]),
    ("PREPARE p AS DELETE FROM a", []),
])
def test_the_second_opinion_sees_what_it_should(sql: str, found: list[Deed]) -> None:
    assert deeds(sql) == [found]
