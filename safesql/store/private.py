"""Files that only their owner can read: 0600 in a 0700 folder, opened without following a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from safesql.errors import CannotRecord

_ALWAYS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_OTHERS = 0o077


def state_folder(environ: Mapping[str, str]) -> Path:
    """``$XDG_STATE_HOME/safesql``, where a relative XDG_STATE_HOME is ignored as its specification demands."""
    base = Path(environ.get("XDG_STATE_HOME", ""))
    if not base.is_absolute():
        home = environ.get("HOME", "")
        base = (Path(home) if home else Path.home()) / ".local" / "state"
    return base / "safesql"


def private_folder(path: Path) -> Path:
    """The folder, made if it is missing, closed to others if it is ours; raises CannotRecord if it is not."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
        if found.st_uid != os.geteuid():
            raise CannotRecord(f"{path} belongs to another user; nothing is kept there")
        if found.st_mode & _OTHERS:
            path.chmod(0o700)
    except OSError as error:
        raise CannotRecord(f"the folder {path} cannot be used: {why(error)}") from error
    return path


def open_private(path: Path, flags: int = os.O_RDWR | os.O_APPEND | os.O_CREAT) -> int:
    """A descriptor of a regular file of ours, mode 0600, made if it is missing and ``flags`` say so.

    Raises CannotRecord for links, FIFOs, devices, other people's files and whatever the system refuses;
    FileNotFoundError when ``flags`` do not create.
    """
    try:
        descriptor = os.open(path, flags | _ALWAYS, 0o600)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
        raise CannotRecord(f"{path} cannot be opened: there is no such folder") from None
    except OSError as error:
        reason = "it is a symbolic link" if path.is_symlink() else why(error)
        raise CannotRecord(f"{path} cannot be opened: {reason}") from error
    try:
        _make_ours_alone(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def why(error: OSError) -> str:
    """The system's reason, in lower case and without its number."""
    return (error.strerror or str(error)).lower()


def _make_ours_alone(descriptor: int, path: Path) -> None:
    """Check the open file itself, so that nothing can be swapped in between; take away what others may do."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise CannotRecord(f"{path} is not a regular file; safesql writes its records nowhere else")
    if found.st_uid != os.geteuid():
        raise CannotRecord(f"{path} belongs to another user; safesql writes only to its user's own files")
    if found.st_mode & _OTHERS:
        try:
            os.fchmod(descriptor, 0o600)
        except OSError as error:
            raise CannotRecord(f"{path} is open to others and cannot be closed to them: {why(error)}") from error
