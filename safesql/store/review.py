"""The review file: statements verbatim under headers of comments, as SQL that psql, mysql or sqlite3 could run."""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from errno import ENOSPC
from pathlib import Path

from safesql.errors import CannotRecord
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex
from safesql.sql.statement import Statement
from safesql.sql.token import Kind
from safesql.store.private import open_private, why

MARKER = "-- review file of safesql, version 1: read it, then run it with safesql -f"
DIRECTIVE = "-- safesql:"
_DELIMITERS = ("//", "$$", ";;", "|||", "%%%%")


@dataclass(frozen=True, slots=True)
class StagedStatement:
    """A statement that was not run, and what was known when it was written down; ``rows`` are sentences."""

    statement: Statement
    target: str
    database: str
    time: datetime
    verdict: str
    rules: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """Appends only; nothing is kept open, so that an editor may have it."""

    path: Path

    def append(self, staged: StagedStatement) -> None:
        """Add one statement, on disk when this returns; raises CannotRecord, also for text that no file can hold."""
        data = entry(staged)
        descriptor = open_private(self.path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = os.fstat(descriptor).st_size
            _write_whole(descriptor, size, ((MARKER + "\n" if size == 0 else "") + "\n" + data).encode())
        except UnicodeEncodeError as error:
            raise CannotRecord("the statement holds characters that UTF-8 cannot; it was not staged") from error
        except OSError as error:
            raise CannotRecord(f"{self.path} cannot be written: {why(error)}; the statement was not staged") from error
        finally:
            os.close(descriptor)

    def text(self) -> str:
        """All of it, empty when nothing was staged yet; raises CannotRecord when it cannot be read or is not UTF-8."""
        try:
            descriptor = open_private(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return ""
        with os.fdopen(descriptor, encoding="utf-8", newline="") as file:
            try:
                return file.read()
            except (OSError, UnicodeDecodeError) as error:
                raise CannotRecord(f"{self.path} cannot be read back: it is not UTF-8 text") from error


def _write_whole(descriptor: int, size: int, data: bytes) -> None:
    """All of it on disk, or nothing: half a DELETE is another DELETE. Raises OSError."""
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(ENOSPC, "no space left on device")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def entry(staged: StagedStatement) -> str:
    """Header, directives and statement, ended so that the clients of its server take it as one."""
    lines = [f"-- {name + ':':<10}{inert(value)}" for name, value in _header(staged)]
    lines += [comment for comment in staged.statement.comments if _directive(comment)]
    return "\n".join([*lines, _terminated(staged.statement)]) + "\n"


def _header(staged: StagedStatement) -> list[tuple[str, str]]:
    """What a reviewer wants to know first."""
    rules = f" ({', '.join(staged.rules)})" if staged.rules else ""
    header = [
        ("staged", staged.time.isoformat(timespec="seconds")),
        ("target", staged.target),
        ("database", staged.database),
        ("verdict", staged.verdict + rules),
    ]
    header += [("rows", rows) for rows in staged.rows]
    modes = _unusual_modes(staged.statement)
    return [*header, ("modes", modes)] if modes else header


def _unusual_modes(statement: Statement) -> str:
    """The settings under which the text was read, where they are not the server's defaults."""
    usual = DIALECTS[statement.dialect.name].modes
    if statement.dialect.modes == usual:
        return ""
    return ", ".join(sorted(mode.value for mode in statement.dialect.modes)) or "none"


def inert(value: str) -> str:
    """The value on one line, with nothing in it that a terminal or a client could act on."""
    return "".join(char if char.isprintable() and char != "\\" else _escaped(char) for char in value)


def _escaped(char: str) -> str:
    """A character spelled out, a lone surrogate too."""
    return char.encode("unicode_escape").decode("ascii")


def _directive(comment: str) -> bool:
    """Whether a comment answers for its statement; of other comments nothing is kept."""
    return comment.startswith(DIRECTIVE) and "\n" not in comment.rstrip("\n") and comment.rstrip("\n").isprintable()


def _terminated(statement: Statement) -> str:
    """The text and its terminator: behind a line comment on a line of its own, around inner semicolons a DELIMITER."""
    tokens = lex(statement.text, statement.dialect)
    inner = any(token.kind is Kind.SEMICOLON for token in tokens)
    ends_in_comment = bool(tokens) and tokens[-1].kind is Kind.COMMENT
    gap = "\n" if ends_in_comment else ""
    if not inner or statement.dialect.family is not Family.MYSQL:
        return f"{statement.text}{gap};"
    mark = next((mark for mark in _DELIMITERS if mark not in statement.text), None)
    if mark is None:
        raise CannotRecord("the statement holds every delimiter that could end it; it was not staged")
    return f"DELIMITER {mark}\n{statement.text}{gap}\n{mark}\nDELIMITER ;"
