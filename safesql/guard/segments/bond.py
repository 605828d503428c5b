"""How one statement stands to the transaction around it, by what the server would do."""

from __future__ import annotations

from enum import Enum

from safesql.guard.effect import Effect, Reach
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement

OFF = frozenset({"0", "off", "false"})
BEGINS = frozenset({"BEGIN", "XA START", "XA BEGIN"})
UNDOES = frozenset({"ROLLBACK", "ABORT", "XA ROLLBACK"})
PARKS = frozenset({"PREPARE TRANSACTION", "XA PREPARE"})
REFUSED = frozenset({"synchronous", "wal_checkpoint"})
UNHEARD = frozenset({"foreign_keys", "journal_mode"})
"""Pragmas that SQLite refuses inside a transaction, and those it passes over there without a word."""
STARTS = frozenset({"CALL", "DO", "EXECUTE"})


class Bond(Enum):
    """What a statement is to a transaction."""

    INSIDE = "inside"                # part of the open one; by itself where none is open
    OPENS = "opens"
    COMMITS = "commits"              # the script's own COMMIT, or PREPARE TRANSACTION
    UNDOES = "undoes"                # ROLLBACK as a whole
    BREAKS = "breaks"                # the server commits what is open before it, and then it
    ALONE = "alone"                  # refused where a transaction is open
    MAY_COMMIT = "may commit"        # it runs a body that is not known, and that could COMMIT


def bond(effect: Effect, statement: Statement) -> Bond:
    """The bond of one judged statement.

    https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html,
    https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
    """
    family = statement.dialect.family
    if effect.reach is Reach.TRANSACTION:
        return _control(effect)
    every = tuple(effect.everything())
    if any(part.commits for part in every):
        return Bond.BREAKS
    if any(part.alone for part in every) or _pragma(effect) in REFUSED:
        return Bond.ALONE
    if any(part.verb in ("COMMIT", *UNDOES) and part.reach is Reach.TRANSACTION for part in every):
        return Bond.BREAKS if family is Family.MYSQL else Bond.ALONE      # a procedure of PostgreSQL fails inside
    if any(part.reach is Reach.OPAQUE and part.verb.split(" ")[0] in STARTS for part in every):
        return Bond.MAY_COMMIT
    return Bond.INSIDE


def unheard(effect: Effect) -> bool:
    """Whether SQLite takes a setting and ignores it, where a transaction is open.

    https://www.sqlite.org/pragma.html#pragma_foreign_keys
    """
    return _pragma(effect) in UNHEARD


def _pragma(effect: Effect) -> str:
    """The name of a pragma that sets something."""
    sets = effect.verb == "PRAGMA" and effect.reach is not Reach.READ and effect.target is not None
    return effect.target.parts[-1].lower() if sets and effect.target is not None else ""


def chained(statement: Statement) -> bool:
    """Whether COMMIT or ROLLBACK opens the next transaction at once: AND CHAIN."""
    words = [token.word for token in statement.tokens]
    return any(words[at : at + 2] == ["AND", "CHAIN"] for at in range(len(words)))


def turns_autocommit(effect: Effect) -> bool | None:
    """What SET autocommit makes of it; None where the statement does not set it."""
    for part in effect.walk():
        if part.verb == "SET" and part.target is not None and part.target.parts[-1].lower() == "autocommit":
            return (part.text or "1").lower() not in OFF
    return None


def _control(effect: Effect) -> Bond:
    """BEGIN, COMMIT, ROLLBACK and what lives inside of them."""
    verb = effect.verb
    if verb in BEGINS:
        return Bond.OPENS
    if verb in UNDOES:
        return Bond.UNDOES
    if verb in PARKS or verb in ("COMMIT", "XA COMMIT"):
        return Bond.COMMITS
    if verb in ("COMMIT PREPARED", "ROLLBACK PREPARED"):
        return Bond.ALONE
    return Bond.INSIDE
