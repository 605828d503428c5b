"""Names for completion outlive a shell, for the place they were read from alone, and are replaced by what is there now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.profile import Profile
from safesql.engine.session import Session
from safesql.errors import CannotConnect
from safesql.guard.action import Action
from safesql.guard.analysis import effect_of
from safesql.guard.verdict import Clearance, Verdict
from safesql.repl.catalog import Names
from safesql.repl.kept import place, remember, remembered
from safesql.repl.links import Link
from safesql.repl.names import Relation, Snapshot
from safesql.sql.statement import Statement
from safesql.store.audit import AuditLog
from safesql.store.catalogs import Catalogs
from safesql.target import Target

KNOWN = Snapshot.of(
    (Relation("public", 'o"rders\n\x1b', "table", near=True, columns=(("id", "integer"), ("state", "mood"))), Relation("other", "t", "view", near=False)),
    (("public", "total", True, "integer, text"),),
    ((Link(("public", "orders"), ("a", "b"), ("other", "t"), ("c", "d")),), {("public", "orders", "state"): ("new", "paid")}, ("work_mem",)),
)


@contextmanager
def session(target: Target, folder: Path, *, reaches: bool = True) -> Iterator[Session]:
    def another() -> Connection:
        if not reaches:
            raise CannotConnect("there are too many connections already")
        return connect(target)

    with closing(connect(target)) as connection, closing(AuditLog.of(folder / "state")) as log:
        yield Session(connection, Profile("", target), log, another=another)


def read(names: Names, of: Session) -> list[str]:
    names.refresh(of)
    thread = names._thread
    if thread is not None:
        thread.join(60)
    return sorted(each.name for each in names.snapshot.relations if each.near and not each.system)


def run(target: Target, text: str) -> None:
    with closing(connect(target)) as connection:
        statement = Statement(text, connection.dialect)
        connection.execute(Clearance(Verdict(statement, effect_of(statement), Action.ALLOW))).summary()


def test_a_snapshot_comes_back_as_it_was(tmp_path: Path) -> None:
    catalogs = Catalogs(tmp_path)
    assert remember(catalogs, "here", KNOWN)
    assert remembered(catalogs, "here") == KNOWN


def changed(**parts: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"version": 1, "relations": [], "routines": [], "links": [], "values": [], "settings": []}
    return whole | parts


@pytest.mark.parametrize("content", [
    [], "text", 5, {}, changed(version=2), changed(relations=[["a", "b"]]), changed(relations=[["a", 1, "table", True, [], []]]),
    changed(relations=[["a", "b", "table", True, ["c"], [None]]]), changed(relations=[["a", "b", "table", True, ["c"], []]]),
    changed(relations=[["a", "b", "table", True, "c", "d"]]), changed(links=[[["a"], [], ["b"], []]]), changed(settings=[[]]),
    changed(values=[["a", []]]), changed(routines=5),
])
def test_what_somebody_else_wrote_is_not_believed(content: object, tmp_path: Path) -> None:
    catalogs = Catalogs(tmp_path)
    catalogs.keep("here", content)
    assert remembered(catalogs, "here") is None


def test_names_are_there_before_the_server_answers_and_replaced_when_it_does(target: Target, tmp_path: Path) -> None:
    catalogs = Catalogs(tmp_path / "cache")
    run(target, "create table before_that (id integer)")
    with session(target, tmp_path) as first:
        assert read(Names(catalogs=catalogs), first) == ["before_that"]
    run(target, "create table since_then (id integer)")
    with session(target, tmp_path, reaches=False) as second:
        assert read(Names(catalogs=catalogs), second) == ["before_that"]
    with session(target, tmp_path) as third:
        assert read(Names(catalogs=catalogs), third) == ["before_that", "since_then"]
    with session(target, tmp_path, reaches=False) as fourth:
        assert read(Names(catalogs=catalogs), fourth) == ["before_that", "since_then"]


def test_another_role_sees_nothing_of_it(postgres_target: Target, tmp_path: Path) -> None:
    with session(postgres_target, tmp_path) as one:
        server = one.connection.server
        assert server.user in place(one).split("\n")
        assert server.database in place(one).split("\n")


def test_the_cache_holds_no_more_than_names(postgres_target: Target, tmp_path: Path) -> None:
    catalogs = Catalogs(tmp_path / "cache")
    with session(postgres_target, tmp_path) as one:
        read(Names(catalogs=catalogs), one)
    (file,) = (tmp_path / "cache").iterdir()
    assert set(json.loads(file.read_text("utf-8"))) == {"version", "relations", "routines", "links", "values", "settings"}
