"""Laws: what wraps a statement, or only changes how it looks, never lowers its verdict."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from safesql.guard.action import Action, Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rule import Rule
from safesql.guard.rules import RULES
from safesql.sql.dialect import Dialect, Family
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex
from safesql.sql.splitter import split
from safesql.sql.statement import Ending, Statement
from safesql.sql.token import Kind

HERE = Path(__file__).parent
SINGLE: list[tuple[str, Dialect]] = []
for file in sorted([*HERE.glob("corpus/*.jsonl"), *HERE.glob("cases/*.jsonl")]):
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        pieces = split(case["sql"], DIALECTS[case["dialect"]])
        if len(pieces) == 1 and isinstance(pieces[0], Statement) and pieces[0].ending is not Ending.COMMAND:
            SINGLE.append((pieces[0].text, pieces[0].dialect))

statements = st.sampled_from(SINGLE)
dml = st.sampled_from([(sql, dialect) for sql, dialect in SINGLE if sql.upper().startswith(("DELETE FROM", "UPDATE"))])
actions = st.sampled_from(Action)
policies = st.builds(
    Policy,
    environment=st.sampled_from(Environment),
    actions=st.dictionaries(st.sampled_from([rule.name for rule in RULES]), actions, max_size=6),
    floor=st.dictionaries(st.sampled_from([rule.name for rule in RULES]), actions, max_size=6),
)


def action(sql: str, dialect: Dialect, policy: Policy | None = None) -> Action:
    """The verdict's action under the production policy."""
    return judge(Statement(sql, dialect), policy or Policy()).action


@given(statements, st.sampled_from(["/* where id = 1 */", "/**/", "/* it's */", "-- where\n", "\n", "\t"]), st.randoms())
@settings(max_examples=300, deadline=None)
def test_comments_and_blanks_between_tokens_change_nothing(case: tuple[str, Dialect], filler: str, random: object) -> None:
    sql, dialect = case
    tokens = lex(sql, dialect)
    if any(token.kind in (Kind.CODE_OPEN, Kind.CODE_CLOSE) for token in tokens):
        return
    filled = "".join(f"{token.text}{filler}" if token.kind is Kind.SPACE else token.text for token in tokens)
    assert action(filled, dialect) is action(sql, dialect)


@given(statements, st.sampled_from([str.upper, str.lower, str.title]))
@settings(max_examples=300, deadline=None)
def test_the_case_of_keywords_changes_nothing(case: tuple[str, Dialect], change: object) -> None:
    sql, dialect = case
    assert callable(change)
    changed = "".join(
        change(token.text) if token.kind is Kind.WORD else token.text for token in lex(sql, dialect)
    )
    assert action(changed, dialect) is action(sql, dialect)


@given(dml)
@settings(max_examples=200, deadline=None)
def test_a_wrapped_write_is_judged_no_laxer(case: tuple[str, Dialect]) -> None:
    sql, dialect = case
    bare = action(sql, dialect)
    assert action(f"WITH safe AS (SELECT 1) {sql}", dialect) >= bare
    match dialect.family:
        case Family.POSTGRES:
            quoted = sql.replace("$law$", "")
            wrapped = [
                f"EXPLAIN ANALYZE {sql}", f"EXPLAIN (ANALYZE, VERBOSE) {sql}", f"DO $law$ BEGIN {quoted}; END $law$",
                f"DO $law$ BEGIN IF true THEN {quoted}; END IF; END $law$",
            ]
            if "RETURNING" not in sql.upper():
                wrapped.append(f"WITH gone AS ({sql} RETURNING 1) SELECT * FROM gone WHERE false")
        case Family.MYSQL:
            wrapped = [
                f"ANALYZE {sql}", f"BEGIN NOT ATOMIC {sql}; END", f"SET STATEMENT max_statement_time = 1 FOR {sql}",
                f"/*! {sql} */", f"/*M! {sql} */", f"BEGIN NOT ATOMIC IF 1 THEN {sql}\n; END IF; END",
            ]
            wrapped = [one for one in wrapped if "#" not in sql and "--" not in sql and "/*" not in sql]
        case Family.SQLITE:
            wrapped = []
    for one in wrapped:
        assert action(one, dialect) >= bare, one


@given(dml, st.sampled_from(["1=1", "TRUE", "id = id OR 1=1"]))
@settings(max_examples=100, deadline=None)
def test_a_true_condition_more_changes_nothing(case: tuple[str, Dialect], condition: str) -> None:
    sql, dialect = case
    tokens = [token for token in lex(sql, dialect) if token.kind not in (Kind.SPACE, Kind.COMMENT)]
    if any(token.word in ("WHERE", "ORDER", "LIMIT", "RETURNING") or token.kind is Kind.CODE_OPEN for token in tokens):
        return
    assert action(f"{sql}\n WHERE {condition}", dialect) >= action(sql, dialect)


@given(policies, policies, st.sampled_from(RULES))
@settings(max_examples=300, deadline=None)
def test_a_policy_over_a_floor_is_never_laxer_than_the_floor_says(policy: Policy, floor: Policy, rule: Rule) -> None:
    both = policy.over(floor)
    default = rule.action(both.environment)
    said = max(floor.actions.get(rule.name, Action.ALLOW), floor.floor.get(rule.name, Action.ALLOW))
    assert both.action(rule.name, default) >= said
    assert both.action(rule.name, default) >= min(policy.action(rule.name, default), default)
    assert both.environment is max(policy.environment, floor.environment)


@given(statements, policies, policies)
@settings(max_examples=200, deadline=None)
def test_the_order_of_floors_does_not_matter(case: tuple[str, Dialect], one: Policy, other: Policy) -> None:
    sql, dialect = case
    top = Policy()
    assert action(sql, dialect, top.over(one).over(other)) is action(sql, dialect, top.over(other).over(one))


@given(st.text(max_size=60), st.sampled_from(list(DIALECTS.values())))
@settings(max_examples=500, deadline=None)
def test_any_text_gets_a_verdict(sql: str, dialect: Dialect) -> None:
    assert judge(Statement(sql, dialect), Policy()).action in Action


words = st.sampled_from(
    "SELECT DELETE UPDATE INSERT INTO FROM WHERE SET WITH AS ( ) , ; t a b 1 = 'x' . * ON USING JOIN LEFT MERGE WHEN THEN "
    "MATCHED AND OR NOT VALUES CREATE ALTER DROP TABLE COLUMN BEGIN END EXPLAIN ANALYZE EXECUTE PREPARE COPY DO $$ "
    "CASE RETURNING LIMIT CONFLICT DUPLICATE KEY REPLACE TRUNCATE RENAME TO PRAGMA CALL /*! */ IF LOOP FOR IN [ ] @x".split()
)


@given(st.lists(words, max_size=25), st.sampled_from(list(DIALECTS.values())))
@settings(max_examples=1500, deadline=None)
def test_any_soup_of_keywords_gets_a_verdict(soup: list[str], dialect: Dialect) -> None:
    assert judge(Statement(" ".join(soup), dialect), Policy()).action in Action
