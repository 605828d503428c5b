"""The first prompt writes a configuration, says where it is, and never touches one that is there."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from safesql.cli.first_start import TEXT, first_start
from safesql.commands.shell import View
from safesql.config.document import Document
from safesql.config.files import Places
from safesql.config.layer import checked
from safesql.config.load import load
from safesql.config.look import PROMPT
from safesql.config.profile import Profile, Ui
from tests.repl.conftest import person

FILE = Path("config/safesql/config.toml")


def places(home: Path) -> Places:
    return Places({"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}, folder=None)


def test_it_is_written_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    said = first_start(places(tmp_path))
    assert str(tmp_path / FILE) in said
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert load(places(tmp_path)).names == ()
    (tmp_path / FILE).write_text("# mine\n")
    assert first_start(places(tmp_path)) == ""
    assert (tmp_path / FILE).read_text() == "# mine\n"


def test_a_file_that_is_named_or_left_out_is_not_written(tmp_path: Path) -> None:
    around = {"HOME": str(tmp_path)}
    assert first_start(Places(around, config=tmp_path / "other.toml")) == ""
    assert first_start(Places(around, without=True)) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["a link to nothing", "a file in the way of the folder"])
def test_a_home_that_cannot_be_written_to_is_no_reason_to_disturb(tmp_path: Path, there: str) -> None:
    if there == "a link to nothing":
        (tmp_path / FILE).parent.mkdir(parents=True)
        (tmp_path / FILE).symlink_to(tmp_path / "nothing")
    else:
        (tmp_path / "config").write_text("")
    assert first_start(places(tmp_path)) == ""
    assert not (tmp_path / "nothing").exists()


def uncommented() -> dict[str, object]:
    """What the file says when its comments are taken away."""
    lines = [line[2:] for line in TEXT.splitlines()[2:] if line.startswith("# ")]
    return tomllib.loads("\n".join(lines))


def test_what_is_commented_out_is_right_and_says_how_it_is_anyway(tmp_path: Path) -> None:
    assert tomllib.loads(TEXT) == {}
    found = uncommented()
    assert checked(Document(tmp_path / "config.toml", found, {}, private=True)).findings == ()
    ui, profile = found["ui"], found["profiles"]["dev"]  # type: ignore[index]
    assert isinstance(ui, dict)
    assert (ui["keybindings"], ui["plain"], ui["prompt"]) == (Ui().keybindings, Ui().plain, PROMPT)
    assert (ui["format"], ui["pager"]) == (View().form, View().pager)
    usual = Profile("p", load(places(tmp_path)).resolve("x.db", "").target)
    assert (profile["autocommit"], profile["on_error_rollback"]) == (usual.autocommit, usual.on_error_rollback)


def test_at_a_terminal_and_then_config_init_adds_to_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with person(home, "shop.db", size=(24, 200)) as first:
        first.sees(f"your configuration is {home / FILE}, with everything in it commented out")
        first.sees("shop.db>")
        first.types("\x04")
        assert first.leaves() == 0
    with person(home, "shop.db") as second:
        second.sees("shop.db>")
        assert "your configuration" not in second.text
    with person(home, "config", "init", size=(24, 200)) as third:
        for question, answer in (("name of", "dev"), ("its URL", "shop.db"), ("environment", ""), ("keys", "")):
            third.sees(question)
            third.types(answer + "\r")
        third.sees("was written; safesql dev connects")
    written = (home / FILE).read_text()
    assert written.startswith(TEXT)
    assert list(tomllib.loads(written)["profiles"]) == ["dev"]


def test_the_demo_and_the_tour_write_nothing(tmp_path: Path) -> None:
    for words in (("demo",), ("--tour",)):
        home = tmp_path / words[0].strip("-")
        with person(home, *words) as one:
            one.sees("demo>")
            one.types("\x04")
            assert one.leaves() == 0
        assert not (home / FILE).exists()
