"""What MariaDB says an account without rights may not do is among the effects of the statement.

Before anything else the server looks at the rights that a statement needs, whether the tables are there or not, and
its refusal names the action and the table: a reading of the statement that no line of ours took part in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymysql.cursors import Cursor

from safesql.guard.analysis import effect_of
from safesql.guard.effect import Effect, Reach
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.target import Target

HERE = Path(__file__).parent
MARIADB = DIALECTS["mariadb"]
DENIED = re.compile(r"(?P<action>[A-Z ]+?)(?:, [A-Z ,]+)? command denied to user .* for table (?P<table>.+)", re.DOTALL)
CODES = (1142, 1143)
VERBS = {
    "DELETE": ("DELETE", "REPLACE", "TRUNCATE"),
    "DELETE HISTORY": ("DELETE HISTORY",),
    "UPDATE": ("UPDATE", "ON DUPLICATE KEY UPDATE"),
    "INSERT": ("INSERT", "REPLACE", "LOAD", "CREATE", "RENAME", "EXCHANGE", "CONVERT", "NEXTVAL", "SETVAL"),
    "DROP": ("DROP", "TRUNCATE", "RENAME", "EXCHANGE", "CONVERT"),
    "ALTER": ("ALTER", "RENAME", "CREATE SEQUENCE"),
    "CREATE": ("CREATE", "RENAME", "ALTER"),
}
"""The verbs of effects that may need a right; REPLACE needs two of them, RENAME three."""
ONLY_PLANNED = re.compile(r"(?is)\W*(explain|desc|describe|grant|revoke|install|uninstall)\b")
MAINTAINED = re.compile(r"(?is).*?\b(analyze|optimize|repair|check)\s.*?\b(table|tables|view|partition)\b")
KEEPS_NOTHING = re.compile(r"(?i)\s*(delete|update|insert|replace|truncate|drop|create|alter|rename|with|analyze)\b")
"""Statements that leave nothing behind in a session that may not do them."""
Refusal = tuple[str, str] | None
"""The action that was refused and the table."""


@pytest.fixture(scope="module")
def refused(mariadb_server: Target) -> Iterator[Callable[[str], Refusal]]:
    """Sends a statement as an account that may read everything and change nothing."""
    name = f"s{uuid4().hex[:20]}"
    host, port = mariadb_server.host, mariadb_server.port or 3306
    with (
        closing(pymysql.connect(host=host, port=port, user=mariadb_server.user, autocommit=True)) as admin,
        admin.cursor() as able,
    ):
        able.execute(f"CREATE DATABASE {name}")
        able.execute(f"CREATE USER {name}@'%' IDENTIFIED BY ''")
        able.execute(f"GRANT SELECT, SHOW VIEW ON *.* TO {name}@'%'")

        start = "SET lc_messages = en_US, max_statement_time = 2"
        login = partial(pymysql.connect, host=host, port=port, user=name, database=name, init_command=start)
        sessions = [login(read_timeout=10)]

        def send(sql: str) -> Refusal:
            with sessions[-1].cursor() as cursor:
                found = _refusal(cursor, sql)
            if not KEEPS_NOTHING.match(sql) or found is None:
                sessions.pop().close()
                sessions.append(login(read_timeout=10))
            return found

        yield send
        sessions.pop().close()
        able.execute(f"DROP USER {name}@'%'")
        able.execute(f"DROP DATABASE {name}")


def _refusal(cursor: Cursor, sql: str) -> Refusal:
    """What the server refuses, if it does for want of a right."""
    try:
        with suppress(UnicodeEncodeError):
            cursor.execute(sql)
            while cursor.nextset():
                pass
    except pymysql.Error as error:
        found = DENIED.fullmatch(str(error.args[1])) if error.args[0] in CODES else None
        if found is not None:
            return found["action"], found["table"].rpartition("`.`")[2].removesuffix("`").replace("``", "`")
    return None


def says(effect: Effect, action: str, table: str) -> bool:
    """Whether an effect of the kind that needs the right is there for the table, or it is not understood at all."""
    parts = [part for outer in effect.walk() for part in (outer, *(inner for one in outer.later for inner in one.walk()))]
    return any(
        part.reach is Reach.OPAQUE
        or (part.verb.startswith(VERBS.get(action, ("",))) and (action not in VERBS or _names(part, table)))
        for part in parts
    )


def _names(part: Effect, table: str) -> bool:
    """Whether a table is the target, or what the target is part of."""
    return part.target is None or table.lower() in [name.lower() for name in part.target.parts]


def _labelled() -> Iterator[Statement]:
    """The statements of all labelled scripts, each once, as far as they are read in the modes the server starts with."""
    found: set[str] = set()
    for file in (HERE / "corpus/mysql.jsonl", HERE / "cases/mysql.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            for piece in split(json.loads(line)["sql"], MARIADB):
                if isinstance(piece, Statement) and piece.dialect == MARIADB and piece.text not in found:
                    found.add(piece.text)
                    yield piece


def _needs_more(statement: Statement) -> bool:
    """Whether a statement needs rights that it does not use: to plan, to hand on, to look after."""
    return bool(ONLY_PLANNED.match(statement.text) or MAINTAINED.match(statement.text))


def test_what_labelled_statements_need_rights_for_is_among_their_effects(refused: Callable[[str], Refusal]) -> None:
    needed = [(each, refused(each.text)) for each in _labelled() if not _needs_more(each)]
    found = [(each.text, *denied) for each, denied in needed if denied is not None]
    assert len(found) > 300
    assert [case for case in found if not says(effect_of(Statement(case[0], MARIADB)), case[1], case[2])] == []


TABLES = ("t", "`t`", "u", "`where`", "d.t", "`a``b`")
ACTIONS = (
    "DELETE FROM {0}", "DELETE FROM {0} WHERE a = 1", "DELETE QUICK FROM {0} LIMIT 1", "DELETE {0} FROM {0}, {1}",
    "DELETE x FROM {0} AS x JOIN {1} AS y ON x.a = y.a", "DELETE FROM x USING {0} x", "DELETE HISTORY FROM {0}",
    "UPDATE {0} SET a = 1", "UPDATE IGNORE {0} AS x, {1} AS y SET x.a = y.a", "UPDATE {0} x JOIN {1} y SET y.a = 2",
    "INSERT INTO {0} VALUES (1)", "INSERT {0} SET a = 1 ON DUPLICATE KEY UPDATE a = 2", "REPLACE {0} SELECT 1 a",
    "INSERT INTO {0} SELECT 1 a ON DUPLICATE KEY UPDATE a = 3", "REPLACE INTO {0} VALUES (1)", "TRUNCATE {0}",
    "DROP TABLE {0}", "DROP TABLE IF EXISTS {0}, {1}", "DROP VIEW {0}", "CREATE TABLE {0} (a int)", "TRUNCATE TABLE {0}",
    "CREATE OR REPLACE TABLE {0} (a int)", "CREATE TABLE {0} LIKE {1}", "CREATE TABLE {0} SELECT 1 a",
    "ALTER TABLE {0} ADD b int", "ALTER TABLE {0} DROP COLUMN a", "ALTER TABLE {0} DROP PARTITION p",
    "ALTER TABLE {0} TRUNCATE PARTITION p", "ALTER TABLE {0} EXCHANGE PARTITION p WITH TABLE {1}",
    "ALTER TABLE {0} CONVERT PARTITION p TO TABLE {1}", "ALTER TABLE {0} RENAME TO {1}", "RENAME TABLE {0} TO {1}",
    "WITH c AS (SELECT 1) SELECT * FROM c", "LOAD DATA LOCAL INFILE 'x' REPLACE INTO TABLE {0}", "SELECT 1",
)
WRAPPERS = (
    "{0}", "/*! {0} */", "/*M! {0} */", "/*!50000 {0} */", "ANALYZE {0}", "SET STATEMENT max_statement_time = 1 FOR {0}",
    "BEGIN NOT ATOMIC {0}; END", "EXECUTE IMMEDIATE '{0}'", "EXECUTE IMMEDIATE CONCAT('', \"{0}\")",
    "PREPARE p FROM '{0}'", "IF 1 THEN {0}; END IF", "BEGIN NOT ATOMIC BEGIN SELECT 1; {0}; END; END",
    "FOR r IN (SELECT 1 a) DO {0}; END FOR", "BEGIN NOT ATOMIC DECLARE EXIT HANDLER FOR 1064 BEGIN END; {0}; END",
)
BLANKS = ("\n", "\t", "  ", "/**/", " /* x */ ", " # x\n", " -- x\n", " /*! */ ", " /*!99999 x */ ")


@st.composite
def generated(draw: st.DrawFn) -> str:
    """A statement that needs rights, or none, written in some odd way."""
    action = draw(st.sampled_from(ACTIONS)).format(draw(st.sampled_from(TABLES)), draw(st.sampled_from(TABLES)))
    wrapper = draw(st.sampled_from(WRAPPERS))
    doubled = action.replace("'", "''") if "'{0}'" in wrapper else action
    written = wrapper.replace("{0}", doubled)
    blanks = draw(st.lists(st.sampled_from(BLANKS), max_size=3))
    for blank in blanks if "*" not in written and "'" not in written else ():
        written = written.replace(" ", blank, 1)
    return draw(st.sampled_from((written, written.lower(), written.swapcase())))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(generated())
def test_what_generated_statements_need_rights_for_is_among_their_effects(
    refused: Callable[[str], Refusal], sql: str
) -> None:
    denied = refused(sql)
    assert denied is None or says(effect_of(Statement(sql, MARIADB)), *denied)
