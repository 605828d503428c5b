"""Notes on locks stop nothing: the verdict and the exit code are those without them."""

from __future__ import annotations

from safesql.engine.check import check
from safesql.engine.script import text_source
from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS


def noted(script: str, dialect: str = "postgres") -> list[tuple[Action, list[str]]]:
    """Of each statement the action and what to write instead."""
    found = check((text_source(script, 1),), DIALECTS[dialect], Policy(), Facts())
    return [(one.action, [lock.instead for lock in one.advice]) for one in found]


def test_an_index_on_an_old_table_gets_a_note_and_is_allowed() -> None:
    assert noted("CREATE INDEX i ON t (a);") == [(Action.ALLOW, ["CREATE INDEX CONCURRENTLY, outside of a transaction"])]


def test_a_table_that_the_script_made_is_empty_so_nothing_is_noted() -> None:
    assert noted("CREATE TABLE t (a int); CREATE INDEX i ON t (a);") == [(Action.ALLOW, [])] * 2


def test_a_copy_by_mysql_gets_a_note_and_is_allowed() -> None:
    ((action, (instead,)),) = noted("ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0);", "mysql")
    assert action is Action.ALLOW
    assert instead.startswith("ALGORITHM=INPLACE, LOCK=NONE behind it")


def test_what_lets_others_work_gets_none() -> None:
    assert noted("CREATE INDEX CONCURRENTLY i ON t (a); UPDATE t SET a = 1 WHERE id = 1;") == [(Action.ALLOW, [])] * 2
