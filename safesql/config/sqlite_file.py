"""The path of a SQLite file, taken only when it can be meant as one."""

from __future__ import annotations

from pathlib import Path

from safesql.errors import UsageError
from safesql.target import Target

MEMORY = Target("sqlite", path=":memory:", dialect="sqlite")
"""An empty database that nobody else sees."""

SUFFIXES = (".db", ".sqlite", ".sqlite3", ".db3")
_SQLITE_MAGIC = b"SQLite format 3\0"


def sqlite_file(text: str, *, read_only: bool = False) -> Target:
    """A SQLite file that is there, or whose name says that it is meant to become one.

    Raises UsageError for anything else, since a mistyped name must not create an empty database.
    """
    if not text.strip() or "\0" in text:
        raise UsageError("the target is empty; give a profile, a URL, or the path of a SQLite file")
    path = Path(text).expanduser()
    if _is_there(path):
        _check_magic(path, text)
    elif path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"there is no profile and no file called {text!r}; a new SQLite file must end in {', '.join(SUFFIXES)}"
        )
    elif not path.parent.is_dir():
        raise UsageError(f"the folder of {text} does not exist")
    return Target("sqlite", path=str(path), read_only=read_only, dialect="sqlite")


def _is_there(path: Path) -> bool:
    """Whether something has this path; raises UsageError for one that no file can have."""
    try:
        return path.exists()
    except OSError as error:
        raise UsageError(f"the target is no profile, URL or possible path: {(error.strerror or '').lower()}") from error


def _check_magic(path: Path, text: str) -> None:
    """Raise UsageError for a file that has content and is no SQLite database, such as a script."""
    try:
        if path.is_dir():
            raise UsageError(f"{text} is a folder, not a SQLite file")
        if not path.is_file():
            raise UsageError(f"{text} is not a regular file, so it cannot be a SQLite database")
        with path.open("rb") as file:
            start = file.read(len(_SQLITE_MAGIC))
    except OSError:
        return                      # the driver will say why
    if start and start != _SQLITE_MAGIC:
        raise UsageError(f"{text} is not a SQLite database; to run it as a script, use -f {text}")
