"""The pieces of a run in order: sources one after the other, included files in their place, commands recognised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from safesql.engine.script import Source, file_source
from safesql.errors import Refused, UsageError
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.splitter import Splitter
from safesql.sql.statement import Command, CopyData, Piece, Statement

DEPTH = 16                 # included files in included files; psql's own limit is 16 as well
INCLUDES = frozenset({"i", "include", "ir", "include_relative", "source", ".", "read"})
QUIET = frozenset({
    "delimiter", "restrict", "unrestrict", "sandbox", "-", "timing", "x", "pset", "a", "t", "H", "encoding",
    "set", "unset", "warnings", "W", "nowarning", "headers", "mode", "nopager", "n", "pager", "P", "bail", "changes",
})
ECHOES = frozenset({"echo", "qecho", "warn", "print", "p"})
PROGRAMS = frozenset({
    "!", "system", "shell", "setenv", "e", "edit", "ef", "ev", "copy", "o", "out", "w", "write", "tee",
})


@dataclass(slots=True)
class Walk:
    """Reads every source once; ``dialect`` is how the next piece will be read and follows SETs in the text."""

    sources: tuple[Source, ...]
    dialect: Dialect
    done: int = 0                                   # characters consumed
    copying: Statement | None = None                # a COPY whose data have not come to their end
    _open: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Statement | CopyData]:
        """Statements and their data; raises UsageError for unreadable files, Refused for commands not taken."""
        for source in self.sources:
            yield from self._source(source)

    def _source(self, source: Source) -> Iterator[Statement | CopyData]:
        """One source, and what it includes."""
        if len(self._open) >= DEPTH:
            raise Refused(f"{source.name}: files include each other more than {DEPTH} deep")
        self._open.append(source.name)
        splitter = Splitter(self._read(source), self.dialect, source.name)
        for piece in splitter:
            self.dialect = splitter.dialect
            yield from self._piece(piece, source)
            splitter.dialect = self.dialect
        self.dialect = splitter.dialect
        self._open.pop()

    def _read(self, source: Source) -> Iterator[str]:
        """The chunks of a source, counted for the progress bar."""
        for chunk in source.chunks():
            yield chunk
            self.done += len(chunk)

    def _piece(self, piece: Piece, source: Source) -> Iterator[Statement | CopyData]:
        """A statement or its data as they are; a command done, ignored or refused."""
        if isinstance(piece, Statement):
            self.copying = piece if piece.copies_data else None
            yield piece
        elif isinstance(piece, CopyData):
            self.copying = None if piece.last else self.copying
            yield piece
        elif piece.name in INCLUDES or piece.name.lower() in INCLUDES:
            yield from self._source(file_source(_included(piece, source)))
        elif piece.name not in QUIET and piece.name.lower() not in QUIET and piece.name not in ECHOES:
            raise Refused(_not_taken(piece))


def read_for_sure(statement: Statement) -> bool:
    """Whether a statement means the same in every mode, or the modes are known."""
    return Mode.UNKNOWN not in statement.dialect.modes or not any(sign in statement.text for sign in '\\"|')


def _included(command: Command, source: Source) -> str:
    """The path that an include names; the one of ``ir`` is relative to the file that says it."""
    name = command.argument.strip().rstrip(";").strip().strip("'\"")
    if not name or name == "-":
        raise UsageError(f"{_where(command)}: {command.text.strip()} names no file")
    if command.name in ("ir", "include_relative") and source.path is not None:
        return str(source.path.parent / Path(name).expanduser())
    return str(Path(name).expanduser())


def _not_taken(command: Command) -> str:
    """Why a command of a script is refused, by name."""
    shown = command.text.strip().splitlines()[0][:60] if command.text.strip() else command.name
    if command.name.lower() in PROGRAMS:
        return f"{_where(command)}: {shown} runs programs or reaches files; safesql does not do that from a script"
    return f"{_where(command)}: {shown} is not taken from a script; remove the line, or use plain SQL"


def _where(command: Command) -> str:
    """Source and line, as editors like it."""
    return f"{command.place.source}:{command.place.line}"
