"""Completion at the prompt: commands, their arguments, keywords and names; computed beside typing, never before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from safesql.formats.visible import visible
from safesql.repl.arguments import Known, arguments
from safesql.repl.candidates import candidates
from safesql.repl.catalog import Names
from safesql.repl.ranking import Candidate
from safesql.sql.dialect import Dialect
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    from safesql.repl.reader import Sources

_RELATIONS = frozenset({"d", "dt", "dv", "di", "sv", "schema"})
NOTHING = Known()
_LONGEST = 200_000         # characters; a longer buffer was pasted and is not completed


def completer(sources: Sources, names: Names) -> Completer:
    """For prompt_toolkit, in a thread of its own."""
    from prompt_toolkit.completion import Completer, Completion, ThreadedCompleter

    class Offered(Completer):
        """What ``offered`` says, shown harmlessly."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            """Everything at once: it is a few milliseconds."""
            if not complete_event.completion_requested and not _begun(document.text_before_cursor):
                return
            for each in offered(document.text, document.cursor_position, sources.dialect(), names, sources.known):
                yield Completion(
                    each.text, -each.length, display=visible(each.name), display_meta=visible(each.about)
                )

    return ThreadedCompleter(Offered())


def _begun(before: str) -> bool:
    """Whether a name is begun, so that what could follow is offered unasked."""
    return bool(before) and (before[-1].isalnum() or before[-1] in "_.\\$")


def offered(text: str, cursor: int, dialect: Dialect, names: Names, known: Known = NOTHING) -> list[Candidate]:
    """What could stand at the cursor of an input."""
    if len(text) > _LONGEST:
        return []
    if text.lstrip().startswith("\\"):
        return list(_of_command(text[:cursor].lstrip(), dialect, names, known))
    start, end = _statement_at(text, cursor, dialect)
    return candidates(text[start:cursor], text[cursor:end], dialect, names.snapshot, names.used)


def _statement_at(text: str, cursor: int, dialect: Dialect) -> tuple[int, int]:
    """The range of the statement that the cursor is in."""
    for piece in split(text, dialect):
        if isinstance(piece, Statement):
            start, end = piece.place.offset, piece.place.offset + len(piece.text)
            if start <= cursor <= end:
                return start, end
    before = [p for p in split(text[:cursor], dialect) if isinstance(p, Statement) and not p.complete]
    return (before[-1].place.offset, cursor) if before else (cursor - len(_last_word(text[:cursor])), cursor)


def _last_word(text: str) -> str:
    """The characters behind the last space."""
    return re.split(r"\s", text)[-1]


def _of_command(before: str, dialect: Dialect, names: Names, known: Known) -> Iterator[Candidate]:
    """The name of a command, or its argument."""
    name, space, argument = before[1:].partition(" ")
    if not space:
        yield from _command_names(name)
        return
    word = argument.rsplit(" ", 1)[-1]
    if name.rstrip("+S") in _RELATIONS:
        yield from candidates(f"from {word}", "", dialect, names.snapshot)
        return
    fixed = [Candidate(each, each, "", len(word)) for each in _choices(name, argument) if each.startswith(word)]
    yield from fixed or arguments(name, argument, known)


def _command_names(begun: str) -> Iterator[Candidate]:
    """Each command by its first name."""
    from safesql.commands.find import commands

    for command in commands():
        for name in command.NAMES[:1]:
            if name.startswith(begun):
                yield Candidate(f"\\{name}", command.USAGE, command.SUMMARY, len(begun) + 1)


def _choices(name: str, argument: str) -> tuple[str, ...]:
    """The words that a command takes."""
    from safesql.formats import FORMATS

    first = argument.split(" ", 1)[0]
    if " " in argument:
        rollback = ("on", "interactive", "off")
        by_setting = {"format": tuple(FORMATS), "keybindings": ("vi", "emacs"), "on_error_rollback": rollback}
        return by_setting.get(first, ("on", "off")) if name in ("set", "pset") else ()
    return {
        "set": (
            "keybindings", "format", "null", "expanded", "row_limit", "timing", "pager", "bell", "autocommit",
            "on_error_rollback",
        ),
        "pset": ("format", "null", "expanded", "pager"),
        "stage": ("off", "show", "edit", "run"),
        "x": ("on", "off", "auto"),
        "timing": ("on", "off"),
        "rules": _rule_names(),
    }.get(name, ())


def _rule_names() -> tuple[str, ...]:
    """The rules of the guard."""
    from safesql.guard.rules import RULES

    return tuple(rule.name for rule in RULES)
