"""Generated statements judged and run: what was promised, and what became of the rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random

from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from tests.guard.execution.data import ROWS, WIDE
from tests.guard.execution.servers import Left, Server
from tests.guard.execution.statements import grammar
from tests.guard.execution.tree import Tree, shrunk

BATCH = 50
CONSTANT = re.compile(r"'[^']*'|\b\d+(?:\.\d+)?\b")
WORDS = ("a", "A", "b", "ab", "1", "Open", "5", "A1")
DEPTHS = (3, 4, 5, 6)
# what is another at the next run, what takes part of the rows whatever the condition, and SQLite's "x", which is a
# column or a string
UNSTEADY = re.compile(r"\b(?:rand|random)\(|\bLIMIT\b|\"", re.IGNORECASE)


@dataclass(slots=True)
class Tally:
    """What a run found; ``missed`` and ``alarms`` are shrunk texts."""

    run: int = 0
    refused: int = 0                     # by the server
    allowed: int = 0
    stopped: int = 0
    missed: list[str] = field(default_factory=list)
    alarms: Counter[str] = field(default_factory=Counter)
    contradictions: Counter[str] = field(default_factory=Counter)


def allowed(statement: str, dialect: str) -> bool:
    """Whether the judge lets a statement pass with what is known without a connection."""
    pieces = [piece for piece in split(statement, DIALECTS[dialect]) if isinstance(piece, Statement)]
    return all(judge(piece, Policy(), Facts()).action is Action.ALLOW for piece in pieces)


def grown(dialect: str, seed: int) -> Iterator[Tree]:
    """Statements without end, the same for the same seed."""
    random, rules = Random(seed), grammar(dialect)
    while True:
        yield rules.grow("statement", random, random.choice(DEPTHS))


def took_all(left: Sequence[Left | None]) -> bool:
    """Whether a table lost or changed all its rows, in every data set; False when the server refused one."""
    tables = zip(*[pair or (ROWS, ROWS) for pair in left], strict=True)
    return any(not any(rows) for rows in tables)


def took_more(server: Server, statement: str) -> bool:
    """Whether it takes all rows of the wide data sets too, and with other constants in place of its own."""
    wordings = [statement, *(reworded(statement, step) for step in (1, 2, 3))]
    return all(None in left or took_all(left) for left in server.tried(wordings, WIDE))


def reworded(statement: str, step: int) -> str:
    """The same with other constants, the same ones for the same; patterns that match everything stay."""

    def other(found: re.Match[str]) -> str:
        text = found[0]
        if text[0] != "'":
            return str(int(text) + step) if text.isdigit() else str(float(text) + step)
        return f"'{WORDS[(WORDS.index(text[1:-1]) + step) % len(WORDS)]}'" if text[1:-1] in WORDS else text

    return CONSTANT.sub(other, statement)


def filtered(left: Sequence[Left | None]) -> bool:
    """Whether some rows without any NULL were taken and others spared."""
    return left[0] is not None and any(0 < rows < ROWS for rows in left[0])


def spared_all(left: Sequence[Left | None]) -> bool:
    """Whether no row was taken, in any data set."""
    return all(pair == (ROWS, ROWS) for pair in left)


def tally(server: Server, dialect: str, trees: Iterator[Tree], count: int) -> Tally:
    """Try so many statements."""
    found = Tally()
    while batch := list(islice(trees, min(BATCH, count - found.run))):
        for tree, left in zip(batch, server.tried([tree.text for tree in batch]), strict=True):
            _enter(found, server, dialect, tree, left)
    return found


def _enter(found: Tally, server: Server, dialect: str, tree: Tree, left: Sequence[Left | None]) -> None:
    """One statement, with what it left."""
    found.run += 1
    if None in left:
        found.refused += 1
        return
    passed = allowed(tree.text, dialect)
    found.allowed += passed
    found.stopped += not passed
    if passed and took_all(left):
        if took_more(server, tree.text):
            found.missed.append(_smallest(server, dialect, tree, _missed))
    elif not passed and filtered(left) and not UNSTEADY.search(tree.text):
        found.alarms[_smallest(server, dialect, tree, _alarmed)] += 1
    elif not passed and spared_all(left) and not UNSTEADY.search(tree.text):
        found.contradictions[tree.text] += 1


def _missed(server: Server, dialect: str, statement: str) -> bool:
    """Whether a statement is allowed and takes all rows."""
    left = server.tried([statement])[0]
    return None not in left and took_all(left) and allowed(statement, dialect) and took_more(server, statement)


def _alarmed(server: Server, dialect: str, statement: str) -> bool:
    """Whether a statement is stopped that spares rows by their values."""
    left = server.tried([statement])[0]
    return None not in left and filtered(left) and not allowed(statement, dialect)


def _smallest(server: Server, dialect: str, tree: Tree, shows: Callable[[Server, str, str], bool]) -> str:
    """The smallest statement that shows the same."""

    def fails(smaller: Tree) -> bool:
        return shows(server, dialect, smaller.text)

    return shrunk(grammar(dialect), tree, fails).text
