"""What backslash commands take besides fixed words: files, profiles, named queries."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from safesql.errors import SafesqlError
from safesql.repl.ranking import Candidate
from safesql.slotted import dataclass

FILES = frozenset({
    "i", "include", "ir", "include_relative", "source", ".", "read", "o", "out", "tee", "stage", "g", "w",
})  # fmt: skip
PROFILES = frozenset({"c", "connect"})
QUERIES = frozenset({"n", "named", "nd", "ns"})
_MOST = 500                # entries of a folder that are offered


@dataclass(frozen=True, slots=True)
class Known:
    """Names that can change while the prompt is open, so that they are asked for when they are wanted."""

    profiles: Callable[[], Iterable[str]] = tuple
    queries: Callable[[], Iterable[str]] = tuple


def arguments(command: str, argument: str, known: Known) -> Iterator[Candidate]:
    """All that goes on from the argument; a file's name is the whole of it, spaces too."""
    if command in PROFILES:
        yield from _begun(argument, known.profiles(), "profile")
    if command in QUERIES and " " not in argument:
        try:
            names = tuple(known.queries())
        except SafesqlError:
            names = ()                              # what is wrong with the file is said when a query is run
        yield from _begun(argument, names, "named query")
    if command in FILES | PROFILES:
        yield from _files(argument)


def _begun(word: str, names: Iterable[str], about: str) -> Iterator[Candidate]:
    """Those that begin so."""
    for name in names:
        if name.startswith(word) and name.isprintable():
            yield Candidate(name, name, about, len(word))


def _files(word: str) -> Iterator[Candidate]:
    """Files and folders; hidden ones where the dot is typed, and none whose name no line can hold."""
    quote = word[:1] if word[:1] in ("'", '"') else ""
    folder, slash, begun = word[len(quote) :].rpartition("/")
    try:
        with os.scandir(Path(folder + slash or ".").expanduser()) as entries:
            found = sorted((each.name, each.is_dir()) for each in entries if _fits(each.name, begun))
    except (OSError, RuntimeError, ValueError):         # ~nobody has no home, a NUL is no path
        return
    for name, is_folder in found[:_MOST]:
        end = "/" if is_folder else ""
        yield Candidate(name + end, name + end, "folder" if is_folder else "file", len(begun))


def _fits(name: str, begun: str) -> bool:
    """Whether a name goes on from what was typed, and can be typed itself."""
    hidden = name.startswith(".") and not begun.startswith(".")
    return name.startswith(begun) and not hidden and name.isprintable() and not name.endswith((" ", ";", "'", '"'))
