"""The client's sections of ``~/.my.cnf``: https://dev.mysql.com/doc/refman/8.4/en/option-files.html."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from safesql.config.option_files import Read, last_of, options_in
from safesql.sql.possessive import compiled
from safesql.target import Target

_QUOTED = compiled(r"""(['"])((?:(?!\1)[^\\]|\\.)*+)\1""")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "r": "\r", "s": " ", "\\": "\\", '"': '"', "'": "'"}


def password_in(file: Path, read: Read, target: Target) -> str | None:
    """The password that the mysql client would use; None when the file names another user or host than the target.

    The client itself would send it there all the same; a password is not for another server than it was written for.
    """
    return password_of(last_of(options_in(file, read)), target)


def password_of(options: Mapping[str, str], target: Target) -> str | None:
    """The same of options that were read."""
    for name, value in (("user", target.user), ("host", target.host or "localhost")):
        if options.get(name, value) != value:
            return None
    return options.get("password")


def section(text: str, name: str) -> dict[str, str] | None:
    """The options of one section; None when there is no such section."""
    found: dict[str, str] | None = None
    ours = False
    for raw in text.split("\n"):
        line = raw.strip()
        if line.startswith("["):
            ours = line[1:].partition("]")[0].strip() == name
            found = found or ({} if ours else None)
        elif ours and found is not None and line and line[0] not in "#;!":
            key, _, value = line.partition("=")
            found[key.strip().lower().replace("_", "-")] = _value(value.strip())
    return found


def _value(text: str) -> str:
    """A value without its comment, its quotes and its escapes."""
    if text[:1] in ("'", '"'):
        quoted = _QUOTED.match(text)
        text = quoted[2] if quoted else text
    else:
        text = text.partition("#")[0].rstrip()
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text)
