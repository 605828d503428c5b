"""Anything but reading, on a profile that only reads."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.action import Action
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.rule import Example, Hit, Rule

HARMLESS = (Reach.READ, Reach.SESSION, Reach.TRANSACTION)
HOLES = frozenset({"read-write", "lock", "role", "temporary table"})
OUTSIDE = frozenset({"ATTACH", "PREPARE TRANSACTION", "COMMIT PREPARED", "ROLLBACK PREPARED", "LOAD INDEX"})


def check(effect: Effect, facts: Facts) -> Iterator[Hit]:
    """Flag what is not a read, and the words that would switch the session's own protection off."""
    if not facts.read_only_profile:
        return
    part = next((each for each in effect.walk() if _more_than_reads(each)), None)
    if part is not None:
        yield Hit(part.at, _sentence(part), "connect with a profile that may write, if this is meant")


def _more_than_reads(part: Effect) -> bool:
    """Whether it changes something, or lifts or leaves what holds the session."""
    lasting = part.verb in OUTSIDE or (part.verb.startswith("XA ") and part.reach is Reach.TRANSACTION)
    return part.reach not in HARMLESS or part.kind in HOLES or lasting


def _sentence(part: Effect) -> str:
    """What it would be, since the server may well let it pass."""
    what = part.verb.lower() or "it"
    if part.kind == "read-write":
        return f"{what} would let this session write, and this profile only reads"
    if part.kind == "lock":
        return f"{what} would hold up others, and this profile only reads"
    return f"{what} is not a read, and this profile only reads"


RULE = Rule(
    name="read-only-profile",
    why="The read-only sessions of servers leave holes: READ WRITE, files, programs, settings, other sessions.",
    check=check,
    flagged=(
        Example("INSERT INTO t VALUES (1)", facts=Facts(read_only_profile=True)),
        Example("BEGIN READ WRITE", ("postgres",), facts=Facts(read_only_profile=True)),
        Example("START TRANSACTION READ WRITE", ("mysql", "mariadb"), facts=Facts(read_only_profile=True)),
        Example("SELECT 1 INTO OUTFILE '/tmp/x'", ("mysql", "mariadb"), facts=Facts(read_only_profile=True)),
        Example("SET transaction_read_only = off", ("postgres",), facts=Facts(read_only_profile=True)),
        Example("PRAGMA query_only = 0", ("sqlite",), facts=Facts(read_only_profile=True)),
        Example("KILL 7", ("mysql", "mariadb"), facts=Facts(read_only_profile=True)),
    ),
    passed=(
        Example("SELECT 1", facts=Facts(read_only_profile=True)),
        Example("BEGIN", facts=Facts(read_only_profile=True)),
        Example("INSERT INTO t VALUES (1)"),
    ),
    default=(Action.BLOCK, Action.BLOCK, Action.BLOCK),
)
