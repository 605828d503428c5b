"""Login paths of ``mysql_config_editor``: https://dev.mysql.com/doc/refman/8.4/en/mysql-config-editor.html.

The file hides its text by AES-128-ECB under a key that stands in it; that protects nothing, so its mode has to.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from safesql.config.aes import decrypted
from safesql.config.mycnf import section
from safesql.errors import UsageError

LONGEST = 1 << 20
_UNUSED, _KEY = 4, 20      # bytes before the lines: nothing, and what the key is folded from
_OTHERS = 0o077
_KNOWN = ("user", "password", "host", "port", "socket")


def login_path(name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of a login path; raises UsageError when the file cannot be read, or has no such path."""
    home = Path(environ.get("HOME") or Path.home())
    file = Path(environ.get("MYSQL_TEST_LOGIN_FILE") or home / ".mylogin.cnf")
    found = section(text_of(_bytes(file), str(file)), name)
    if found is None:
        raise UsageError(f"{file} has no login path called {name!r}")
    return {key: value for key, value in found.items() if key in _KNOWN}


def unnamed(environ: Mapping[str, str]) -> dict[str, str]:
    """What MySQL's own clients take from the file without being told: its paths ``client`` and ``mysql``.

    Nothing where there is no file, or one that is not read. MariaDB's clients read none.
    """
    found: dict[str, str] = {}
    for name in ("client", "mysql"):
        with suppress(UsageError):
            found |= login_path(name, environ)
    return found


def text_of(data: bytes, file: str) -> str:
    """The text of a login file; raises UsageError for what is none."""
    if len(data) < _UNUSED + _KEY:
        raise UsageError(f"{file} is no login file of mysql_config_editor")
    key = bytearray(16)
    for number, byte in enumerate(data[_UNUSED : _UNUSED + _KEY]):
        key[number % 16] ^= byte
    lines, at = b"", _UNUSED + _KEY
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        block = data[at + 4 : at + 4 + size]
        if size % 16 or not size or len(block) < size:
            raise UsageError(f"{file} is damaged, or no login file of mysql_config_editor")
        plain = decrypted(block, bytes(key))
        if not 1 <= plain[-1] <= 16:        # PKCS #7 fills a block of 16
            raise UsageError(f"{file} is damaged, or no login file of mysql_config_editor")
        lines += plain[: -plain[-1]]
        at += 4 + size
    return lines.decode(errors="surrogateescape")


def _bytes(file: Path) -> bytes:
    """What the file holds; nobody else may read it."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {(error.strerror or '').lower()}") from error
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
            raise UsageError(f"{file} is not read: it is no regular file of yours")
        if found.st_mode & _OTHERS:
            raise UsageError(f"{file} is not read: others have access to it; run chmod 600 {file}")
        return stream.read(LONGEST)
