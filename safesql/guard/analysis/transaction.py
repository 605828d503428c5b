"""Transaction control: quiet, but a script that must be all or nothing cannot hold it."""

from __future__ import annotations

from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Name, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family


def begin(phrase: Phrase) -> Effect:
    """BEGIN, START TRANSACTION; READ WRITE leaves a session that only reads."""
    effect = replace(phrase.effect("BEGIN", Reach.TRANSACTION), commits=phrase.family is Family.MYSQL)
    if phrase.family is Family.SQLITE and phrase.word(phrase.lo + 1) in ("IMMEDIATE", "EXCLUSIVE"):
        return spread(effect, phrase.effect("LOCK", Reach.SESSION, None, "lock"))
    return spread(effect, *read_write(phrase))


def read_write(phrase: Phrase) -> tuple[Effect, ...]:
    """The words READ WRITE, which switch a read-only session off."""
    for index in range(phrase.lo, phrase.hi):
        if phrase.has(index, "READ", "WRITE"):
            words = phrase.sub(index, index + 2)
            return (words.effect("SET", Reach.SESSION, Name(("transaction_read_only",)), "read-write"),)
    return ()


def commit(phrase: Phrase) -> Effect:
    """COMMIT, END; PREPARED too."""
    return phrase.effect("COMMIT PREPARED" if phrase.word(phrase.lo + 1) == "PREPARED" else "COMMIT", Reach.TRANSACTION)


def rollback(phrase: Phrase) -> Effect:
    """ROLLBACK, ABORT; TO a savepoint it stays inside the transaction."""
    to = any(phrase.word(index) == "TO" for index in phrase.tops())
    if phrase.word(phrase.lo + 1) == "PREPARED":
        return phrase.effect("ROLLBACK PREPARED", Reach.TRANSACTION)
    return phrase.effect("ROLLBACK TO SAVEPOINT" if to else "ROLLBACK", Reach.TRANSACTION)


def savepoint(phrase: Phrase) -> Effect:
    """SAVEPOINT x."""
    return phrase.effect("SAVEPOINT", Reach.TRANSACTION)


def release(phrase: Phrase) -> Effect:
    """RELEASE [SAVEPOINT] x."""
    return phrase.effect("RELEASE SAVEPOINT", Reach.TRANSACTION)


def prepare_transaction(phrase: Phrase) -> Effect:
    """PREPARE TRANSACTION 'x': the first half of a commit in two."""
    return phrase.effect("PREPARE TRANSACTION", Reach.TRANSACTION)


def xa(phrase: Phrase) -> Effect:
    """XA START, END, PREPARE, COMMIT, ROLLBACK, RECOVER."""
    if phrase.word(phrase.lo + 1) == "RECOVER":
        return phrase.effect("XA RECOVER", Reach.READ)
    return phrase.effect(phrase.words(phrase.lo, 2), Reach.TRANSACTION)


def start(phrase: Phrase) -> Effect | None:
    """START TRANSACTION; other things that START belong to the server."""
    return begin(phrase) if phrase.word(phrase.lo + 1) == "TRANSACTION" else None
