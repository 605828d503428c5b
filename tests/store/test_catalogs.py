"""What completion last knew is for its owner alone, bounded, and of no use to anybody who changes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from safesql.store import catalogs
from safesql.store.catalogs import Catalogs, cache_folder

CONTENT = {"relations": [["public", "kunden\n\x1b[0m", "table", True, []]]}


def test_what_was_kept_is_there_for_its_place_alone(tmp_path: Path) -> None:
    kept = Catalogs(tmp_path / "cache")
    assert kept.load("here") is None
    assert kept.keep("here", CONTENT)
    assert kept.load("here") == CONTENT
    assert kept.load("elsewhere") is None
    assert kept.keep("here", {})
    assert kept.load("here") == {}


def test_files_are_for_their_owner_alone_and_their_names_say_nothing(tmp_path: Path) -> None:
    kept = Catalogs(tmp_path / "cache")
    kept.keep("postgres secret-host/app", CONTENT)
    (file,) = (tmp_path / "cache").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "secret" not in file.name


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_as_if_it_were_not_there(damage: bytes, tmp_path: Path) -> None:
    kept = Catalogs(tmp_path)
    kept.keep("here", CONTENT)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert kept.load("here") is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    kept = Catalogs(tmp_path / "cache")
    kept.keep("here", CONTENT)
    (file,) = (tmp_path / "cache").iterdir()
    file.rename(tmp_path / "real.json")
    file.symlink_to(tmp_path / "real.json")
    assert kept.load("here") is None


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    kept = Catalogs(tmp_path)
    assert not kept.keep("here", "x" * catalogs.LARGEST)
    assert list(tmp_path.iterdir()) == []


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    kept = Catalogs(tmp_path)
    large = "x" * (catalogs.MOST // 3 - 10)
    for place in ("first", "second", "third"):
        kept.keep(place, large)
        for file in tmp_path.iterdir():
            os.utime(file, ns=(file.stat().st_mtime_ns - 10**10,) * 2)
    assert kept.load("first") is not None
    kept.keep("fourth", large)
    assert [kept.load(place) is not None for place in ("first", "second", "third", "fourth")] == [True, False, True, True]


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert not Catalogs(tmp_path / "cache").keep("here", CONTENT)


@pytest.mark.parametrize(("environ", "folder"), [
    ({"HOME": "/home/a"}, "/home/a/.cache/safesql"), ({"HOME": "/home/a", "XDG_CACHE_HOME": "/c"}, "/c/safesql"),
    ({"HOME": "/home/a", "XDG_CACHE_HOME": "c"}, "/home/a/.cache/safesql"),
])
def test_the_cache_folder_is_where_the_specification_says(environ: dict[str, str], folder: str) -> None:
    assert str(cache_folder(environ)) == folder
