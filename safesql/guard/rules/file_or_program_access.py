"""Files and programs on the side of the server."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.hits import noted
from safesql.guard.rule import Example, Hit, Rule


def check(effect: Effect, _facts: Facts) -> Iterator[Hit]:
    """Flag what writes or reads files, runs programs or loads code; rows loaded from a file are quiet."""
    for part in effect.walk():
        if part.reach is Reach.SERVER and part.kind in ("file", "program"):
            yield noted(part, f"{part.verb.lower()} leaves the database", "let the client read and write files")


RULE = Rule(
    name="file-or-program-access",
    why="A file can be overwritten, and a program can do anything that the server's account can do.",
    check=check,
    flagged=(
        Example("COPY t TO PROGRAM 'cat'", ("postgres",)),
        Example("COPY t TO '/tmp/x'", ("postgres",)),
        Example("SELECT 1 INTO OUTFILE '/tmp/x'", ("mysql", "mariadb")),
        Example("SELECT pg_read_file('x')", ("postgres",)),
        Example("SELECT load_extension('x')", ("sqlite",)),
        Example("SELECT writefile('x', 'y')", ("sqlite",)),
    ),
    passed=(
        Example("COPY t TO STDOUT", ("postgres",)),
        Example("COPY t FROM STDIN", ("postgres",)),
        Example("SELECT 1 INTO @x", ("mysql", "mariadb")),
    ),
    default=(Action.CONFIRM, Action.CONFIRM, Action.CONFIRM),
    reaches=frozenset({Reach.SERVER}),
)
