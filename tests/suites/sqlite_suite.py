"""SQL of SQLite's own tests, as its library cuts it: prepare one statement, look where its text ends, go on from there.

The tests are Tcl; the texts in braces behind execsql and its like are SQL. A text is followed to its first error, for
behind one the library does not tell where the next statement begins.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from tests.rig.trouble import Trouble
from tests.suites.exchange import Counted

SQLITE = DIALECTS["sqlite"]
_OPENS = re.compile(r"\b(?:execsql|execsql2|catchsql|db eval|do_(?:exec|catch)sql_test\s+\S+)\s+\{")
_TCL = re.compile(r"(?<!\\)[$\[]|\\[\n$\[]|\blreplace\b")
_STEPS = 1_000             # virtual machine steps in thousands after which a statement is stopped


def compare(tests: Path, only: str) -> Iterator[Counted]:
    """Each file that creates triggers, whose bodies hold the semicolons that matter here."""
    library = _library()
    for path in sorted(tests.glob("*.test")):
        if only in path.name and "create trigger" in path.read_text("utf-8", "replace").lower():
            with tempfile.TemporaryDirectory(prefix="safesql-sqlite-") as name, chdir(name):     # for what they attach
                yield _file(path, library)


def _file(path: Path, library: ctypes.CDLL) -> Counted:
    """The texts of one file, in one database."""
    counted = Counted(path.name)
    database = _Database(library)
    for line, text in _texts(path.read_text("utf-8", "replace")):
        _compare(counted, database, line, text)
    database.close()
    return counted


def _texts(tcl: str) -> Iterator[tuple[int, str]]:
    """Line and text of each piece of SQL in which Tcl puts nothing."""
    for found in _OPENS.finditer(tcl):
        depth, at = 1, found.end()
        while depth and at < len(tcl):
            depth += (tcl[at] == "{") - (tcl[at] == "}")
            at += 2 if tcl[at] == "\\" else 1
        text = tcl[found.end() : at - 1]
        if not depth and not _TCL.search(text) and "\0" not in text:
            yield tcl.count("\n", 0, found.end()) + 1, text


def _compare(counted: Counted, database: _Database, line: int, text: str) -> None:
    """One text, to its first error."""
    ours = iter([each for each in split(text, SQLITE) if isinstance(each, Statement) and bare(each.text)])
    for sent in database.cut(text):
        if not bare(sent):
            continue
        counted.theirs += 1
        mine = next(ours, None)
        if mine is not None and bare(mine.text) == bare(sent):
            counted.found += 1
            continue
        counted.extra += mine is not None
        where = line + (mine.place.line - 1 if mine else 0)
        counted.differences.append((where, f"not found: {sent.strip()[:80]!r}, ours is {mine.text[:80] if mine else None!r}"))
        return


class _Database:
    """One database in memory, by the library's own interface: Python's module hides where a statement ends."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._handle = ctypes.c_void_p()
        library.sqlite3_open(b":memory:", ctypes.byref(self._handle))
        self._stop = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(self._ticked)
        self._ticks = 0
        library.sqlite3_progress_handler(self._handle, 1000, self._stop, None)

    def close(self) -> None:
        """Everything in it is gone."""
        self._library.sqlite3_close(self._handle)

    def cut(self, text: str) -> Iterator[str]:
        """Each statement's text, and then it is run; ends at the first that cannot be prepared."""
        rest = text.encode()
        while rest.strip():
            buffer = ctypes.create_string_buffer(rest)
            statement, tail = ctypes.c_void_p(), ctypes.c_void_p()
            code = self._library.sqlite3_prepare_v2(
                self._handle, buffer, -1, ctypes.byref(statement), ctypes.byref(tail)
            )
            if code or tail.value is None:
                return
            used = tail.value - ctypes.addressof(buffer)
            self._run(statement)
            yield rest[:used].decode()
            rest = rest[used:]

    def _run(self, statement: ctypes.c_void_p) -> None:
        """To its end, or until it has taken long enough."""
        self._ticks = 0
        while statement and self._library.sqlite3_step(statement) == 100:
            continue
        self._library.sqlite3_finalize(statement)

    def _ticked(self, _context: object) -> int:
        """Stop what does not end."""
        self._ticks += 1
        return int(self._ticks > _STEPS)


def _library() -> ctypes.CDLL:
    """The library, with the types of what is called."""
    name = ctypes.util.find_library("sqlite3") or "libsqlite3.so.0"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise Trouble(f"SQLite's library cannot be loaded ({error}); type: apt-get install libsqlite3-0") from error
    pointer = ctypes.c_void_p
    library.sqlite3_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(pointer)]
    library.sqlite3_prepare_v2.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(pointer), ctypes.POINTER(pointer)]
    for function in (library.sqlite3_step, library.sqlite3_finalize, library.sqlite3_close):
        function.argtypes = [pointer]
    library.sqlite3_progress_handler.argtypes = [pointer, ctypes.c_int, pointer, pointer]
    library.sqlite3_progress_handler.restype = None
    return library


def bare(text: str) -> str:
    """A text without comments and space, and without its semicolon."""
    return "".join(token.text for token in significant(text, SQLITE)).rstrip(";")
