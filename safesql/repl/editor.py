"""The editor that the person chose, on a private copy of a text."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from safesql.errors import UsageError

_FALLBACKS = ("editor", "vi", "nano")


def edited(text: str, environ: Mapping[str, str]) -> str | None:
    """What came back; None when the editor ended with an error. Raises UsageError when there is none."""
    command = _editor(environ)
    descriptor, name = tempfile.mkstemp(prefix="safesql-", suffix=".sql")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        ended = subprocess.call([*command, name])  # noqa: S603 - the editor that the person chose
        return Path(name).read_text("utf-8") if ended == 0 else None
    except UnicodeDecodeError as error:
        raise UsageError("what the editor wrote is not UTF-8; nothing was taken over") from error
    except OSError as error:
        raise UsageError(f"the editor {command[0]} cannot be started: {(error.strerror or '').lower()}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def _editor(environ: Mapping[str, str]) -> list[str]:
    """``$VISUAL``, ``$EDITOR`` or what is installed, as words without a shell."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(variable, ""))
        except ValueError as error:
            raise UsageError(f"${variable} cannot be read as a command: {error}") from error
        if words:
            return words
    found = next((name for name in _FALLBACKS if shutil.which(name)), None)
    if found is None:
        raise UsageError("there is no editor; set $EDITOR")
    return [found]
