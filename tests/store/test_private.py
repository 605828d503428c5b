from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from safesql.errors import CannotRecord
from safesql.store.private import open_private, private_folder, state_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def somebody_elses_file(tmp_path: Path) -> Path:
    """A file of another user, for root and for everybody else."""
    if os.geteuid() != 0:
        return Path("/etc/passwd")
    path = tmp_path / "theirs"
    path.touch()
    os.chown(path, 12345, 12345)
    return path


def test_a_new_file_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = private_folder(tmp_path / "a" / "safesql")
        os.close(open_private(folder / "log"))
    finally:
        os.umask(before)
    assert mode(folder) == 0o700
    assert mode(folder / "log") == 0o600


def test_our_own_file_and_folder_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "safesql"
    folder.mkdir(mode=0o755)
    (folder / "log").touch(mode=0o644)
    os.close(open_private(private_folder(folder) / "log"))
    assert (mode(folder), mode(folder / "log")) == (0o700, 0o600)


def test_what_is_no_regular_file_of_ours_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("keep")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    theirs = somebody_elses_file(tmp_path)
    names = ["link", "dangling", "fifo", "folder", "/dev/null", "/dev/full", str(theirs), "missing/file"]
    for name in names:
        with pytest.raises(CannotRecord) as raised:
            open_private(tmp_path / name)
        assert raised.value.exit_code == 3
        assert name.rpartition("/")[2] in str(raised.value)
    assert target.read_text() == "keep"
    assert not (tmp_path / "nowhere").exists()


def test_a_missing_file_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_private(tmp_path / "missing", os.O_RDONLY)


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "safesql").touch()
    with pytest.raises(CannotRecord, match="cannot be used"):
        private_folder(tmp_path / "safesql")


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"XDG_STATE_HOME": "/var/state", "HOME": "/home/ann"}, "/var/state/safesql"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/home/ann"}, "/home/ann/.local/state/safesql"),
        ({"HOME": "/home/ann"}, "/home/ann/.local/state/safesql"),
    ],
)
def test_the_state_folder_follows_the_specification(environ: dict[str, str], folder: str) -> None:
    assert state_folder(environ) == Path(folder)
