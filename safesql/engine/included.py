"""The file that a script includes."""

from __future__ import annotations

from pathlib import Path

from safesql.engine.script import Source, file_source
from safesql.errors import Refused, UsageError
from safesql.sql.statement import Command

RELATIVE = frozenset({"ir", "include_relative"})


def included(command: Command, words: list[str], source: Source) -> Source:
    r"""What an include names; the path of ``\ir`` is relative to the file that says it. Raises UsageError, Refused."""
    name = " ".join(words).strip().rstrip(";").strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    where = f"{command.place.source}:{command.place.line}"
    if name.startswith("|"):
        raise Refused(f"{where}: {command.text.strip()[:60]} runs a program, and safesql starts none from a script")
    if not name or name == "-":
        raise UsageError(f"{where}: {command.text.strip()[:60]} names no file")
    path = Path(name).expanduser()
    if command.name in RELATIVE and source.path is not None:
        return file_source(str(source.path.parent / path))
    return file_source(str(path))
