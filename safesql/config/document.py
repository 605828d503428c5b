"""Read one configuration file, once it is known that nobody else could have written it."""

from __future__ import annotations

import os
import re
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

from safesql.config.origin import Finding, Origin, Unusable
from safesql.config.toml_lines import key_lines
from safesql.slotted import dataclass

LONGEST = 1 << 20          # bytes; a longer file is not a configuration
_OTHERS_WRITE = 0o022
_OTHERS_READ = 0o077


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file and where its keys stand; ``private`` when only its owner can read it."""

    file: Path
    values: dict[str, Any]
    lines: dict[tuple[str, ...], int]
    private: bool
    data: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hexadecimal."""
        return sha256(self.data).hexdigest()

    def origin(self, path: tuple[str, ...]) -> Origin:
        """The line of a key, or of the table it is inside of."""
        while path and path not in self.lines:
            path = path[:-1]
        return Origin(self.file, self.lines.get(path, 0))


def read_document(file: Path, *, owners: tuple[int, ...]) -> Document | None:
    """The file, or None when there is none; ``owners`` are the user numbers that may own it.

    Raises Unusable for a file that others own or may write to, that is no regular file, or that is not TOML.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _unusable(file, f"cannot be read: {_why(error)}") from error
    found = os.fstat(descriptor)
    try:
        _check_trust(file, found, owners)
    except Unusable:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as stream:
        try:
            data = stream.read(LONGEST + 1)
        except OSError as error:
            raise _unusable(file, f"cannot be read: {_why(error)}") from error
    text = _decoded(file, data)
    return Document(file, _parsed(file, text), key_lines(text), not found.st_mode & _OTHERS_READ, data)


def _check_trust(file: Path, found: os.stat_result, owners: tuple[int, ...]) -> None:
    """What ssh asks of its files: a regular file, ours or root's, that nobody else can write to."""
    if not stat.S_ISREG(found.st_mode):
        raise _unusable(file, "not a regular file; configuration is read from nothing else")
    if found.st_uid not in owners:
        whose = "root" if owners == (0,) else "you or root"
        raise _unusable(file, f"does not belong to {whose}, so it is not trusted")
    if found.st_mode & _OTHERS_WRITE:
        raise _unusable(file, f"others can write to it, so it is not trusted; run chmod go-w {file}")


def _decoded(file: Path, data: bytes) -> str:
    """The text of a file of bearable size."""
    if len(data) > LONGEST:
        raise _unusable(file, f"larger than {LONGEST:,} bytes, which no configuration needs")
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _unusable(file, "not UTF-8; convert the file first (iconv -t UTF-8)", line) from error


def _parsed(file: Path, text: str) -> dict[str, Any]:
    """The values; what the parser says is kept, without any text of the file."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, line = _told(str(error))
        raise _unusable(file, f"not valid TOML: {reason}", line or len(text.splitlines())) from error
    except RecursionError as error:
        raise _unusable(file, "not valid TOML: brackets are nested too deeply") from error


def _told(sentence: str) -> tuple[str, int]:
    """The parser's reason, and the line that it puts behind it, 0 for the end of the file."""
    line = re.search(r" \(at line (\d+)", sentence)
    reason = sentence.partition(" (at ")[0]
    return reason[:1].lower() + reason[1:], int(line[1]) if line else 0


def _unusable(file: Path, sentence: str, line: int = 0) -> Unusable:
    """The error for a file."""
    return Unusable(Finding(Origin(file, line), sentence))


def _why(error: Exception) -> str:
    """The system's reason without its number."""
    return (getattr(error, "strerror", None) or str(error)).lower()
