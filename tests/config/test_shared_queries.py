"""``[queries]``: a team's named queries, of trusted files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from safesql.config.document import Document
from safesql.config.files import Places
from safesql.config.load import Config, load
from safesql.errors import ConfigError

TEAM = '[queries]\nlate = "SELECT * FROM bill WHERE due < $1"\n"by.day" = """\nSELECT day, count(*)\nFROM bill GROUP BY 1"""\n'


class Everything:
    """Trusts all files or none."""

    def __init__(self, *, trusts: bool) -> None:
        self.trusts = trusts

    def holds(self, document: Document) -> bool:
        del document
        return self.trusts


def loaded(folder: Path, user: str, team: str, *, trusts: bool = True) -> Config:
    for name, text in (("config.toml", f'include = ["team.toml"]\n{user}'), ("team.toml", team)):
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o600)
    return load(Places({"HOME": str(folder)}, folder / "config.toml", system=folder / "none",
                       trust=Everything(trusts=trusts)))


def test_a_trusted_team_shares_its_queries_and_says_where_they_stand(tmp_path: Path) -> None:
    queries = loaded(tmp_path, "", TEAM).queries
    assert {name: each.value for name, each in queries.items()} == {
        "late": "SELECT * FROM bill WHERE due < $1",
        "by.day": "SELECT day, count(*)\nFROM bill GROUP BY 1",
    }
    assert str(queries["late"].origin) == f"{tmp_path / 'team.toml'}:2"


def test_the_later_file_wins(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[queries]\nlate = "SELECT 1"\n', TEAM).queries["late"].value == "SELECT 1"


def test_of_a_file_that_nobody_trusted_none_is_taken_whatever_its_name(tmp_path: Path) -> None:
    config = loaded(tmp_path, "", TEAM + 'role = "primary"\n', trusts=False)
    assert config.queries == {}
    assert any("queries.late" in str(note) for note in config.notes)


@pytest.mark.parametrize(("text", "said"), [
    ("[queries]\nlate = 3\n", "late"), ('[queries]\n"a b" = "SELECT 1"\n', "a b"), ('queries = "SELECT 1"\n', "queries"),
    ('[queries]\nlate = ""\n', "late"),
])  # fmt: skip
def test_what_is_no_query_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"team\.toml:\d+: .*{said}"):
        loaded(tmp_path, "", text)
