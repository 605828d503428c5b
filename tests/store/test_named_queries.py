"""Named queries are kept in a file of one's own, as a whole or not at all."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from safesql.errors import CannotRecord
from safesql.store.named import NamedQueries, Shared


def test_a_query_is_kept_replaced_and_forgotten(tmp_path: Path) -> None:
    queries = NamedQueries.of(tmp_path / "state")
    assert queries.load() == {}
    assert not queries.save("bills", "SELECT 'ü'\nFROM b")
    assert queries.save("bills", "SELECT 2")
    assert not queries.save("a", "SELECT 1")
    assert list(NamedQueries.of(tmp_path / "state").load().items()) == [("a", "SELECT 1"), ("bills", "SELECT 2")]
    assert queries.drop("a")
    assert not queries.drop("a")
    assert dict(queries.load()) == {"bills": "SELECT 2"}


def test_the_file_is_for_its_owner_alone_and_can_be_read_by_people(tmp_path: Path) -> None:
    queries = NamedQueries.of(tmp_path / "state")
    queries.save("x", "SELECT 1")
    assert stat.S_IMODE(queries.path.stat().st_mode) == 0o600
    assert json.loads(queries.path.read_text("utf-8")) == {"x": "SELECT 1"}
    assert [path.name for path in queries.path.parent.iterdir()] == ["named.json"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": 1}', '"x"', "\x00"])
def test_a_file_that_holds_something_else_is_named_and_not_written_over(tmp_path: Path, content: str) -> None:
    queries = NamedQueries.of(tmp_path / "state")
    queries.path.write_text(content)
    for act in (queries.load, lambda: queries.save("a", "b"), lambda: queries.drop("a")):
        with pytest.raises(CannotRecord, match="holds no named queries"):
            act()
    assert queries.path.read_text() == content


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    queries = NamedQueries.of(tmp_path / "state")
    (tmp_path / "other").write_text("{}")
    queries.path.symlink_to(tmp_path / "other")
    with pytest.raises(CannotRecord, match="symbolic link"):
        queries.load()


def test_those_of_a_team_stand_below_ones_own_and_are_never_written(tmp_path: Path) -> None:
    team = {"bills": Shared("SELECT 7", "team.toml:3"), "other": Shared("SELECT 8", "team.toml:4")}
    queries = NamedQueries.of(tmp_path / "state", team)
    assert dict(queries.load()) == {"bills": "SELECT 7", "other": "SELECT 8"}
    assert not queries.save("bills", "SELECT 1")
    assert dict(queries.load()) == {"bills": "SELECT 1", "other": "SELECT 8"}
    assert json.loads(queries.path.read_text("utf-8")) == {"bills": "SELECT 1"}
    assert not queries.drop("other")
    assert queries.drop("bills")
    assert queries.load()["bills"] == "SELECT 7"
