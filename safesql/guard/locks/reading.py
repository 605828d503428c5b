"""From a statement to its locks: what it defines by its words, what it writes by its effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from safesql.guard.analysis import READER
from safesql.guard.analysis.phrase import Phrase, code_of
from safesql.guard.analysis.versions import readings
from safesql.guard.effect import Effect, Reach
from safesql.guard.locks.lock import Lock
from safesql.guard.locks.mysql import defined as mysql_defined
from safesql.guard.locks.mysql import written as mysql_written
from safesql.guard.locks.postgres import defined as postgres_defined
from safesql.guard.locks.postgres import written as postgres_written
from safesql.guard.locks.sqlite import defined as sqlite_defined
from safesql.guard.locks.sqlite import written as sqlite_written
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

DEFINED: dict[Family, Callable[[Phrase], Iterator[Lock]]] = {
    Family.POSTGRES: postgres_defined,
    Family.MYSQL: mysql_defined,
    Family.SQLITE: sqlite_defined,
}
WRITTEN: dict[Family, Callable[[Effect], Iterator[Lock]]] = {
    Family.POSTGRES: postgres_written,
    Family.MYSQL: mysql_written,
    Family.SQLITE: sqlite_written,
}
MANY = 200                 # phrases of one text; a dump's routine holds no more that lock anything


def locks_of(statement: Statement, effect: Effect) -> tuple[Lock, ...]:
    """Every lock on tables beyond those of plain reads, in the order of the text; empty where nothing is understood.

    ``effect`` is the statement's own, from its verdict. Pure, and linear in the length of the text.
    """
    if statement.problem or statement.literal_rows or not _locks(effect):
        return ()
    found = [*_defined(statement, effect), *_written(statement, effect)]
    return tuple(dict.fromkeys(sorted(found, key=lambda lock: lock.at.start)))


def _locks(effect: Effect) -> bool:
    """Whether there may be anything to find: most statements only read."""
    return any(part.reach is not Reach.READ for part in effect.walk())


def _written(statement: Statement, effect: Effect) -> Iterator[Lock]:
    """Of rows that the text writes, however deep."""
    for part in effect.walk():
        if (part.reach is Reach.ROWS and part.target is not None) or part.verb == "LOCK ROWS":
            yield from WRITTEN[statement.dialect.family](part)


def _defined(statement: Statement, effect: Effect) -> Iterator[Lock]:
    """Of definitions: the phrases inside the statement at which an effect on the schema begins."""
    starts = {part.at.start: part.at.end for part in list(effect.walk())[:MANY] if part.reach is not Reach.READ}
    for tokens in readings(list(statement.tokens), statement.dialect) or ():
        while tokens and tokens[-1].kind is Kind.SEMICOLON:
            tokens.pop()
        code = code_of(tokens, statement.dialect, READER)
        if code is None:
            continue
        whole, done = Phrase(code, 0, len(code.tokens)), 0
        for index, token in enumerate(code.tokens):
            if token.start in starts and index >= done:
                phrase = whole.sub(index, _end(whole, index, starts[token.start]))
                done = phrase.hi if phrase.word(index) == "ALTER" else done         # its actions are no statements
                yield from DEFINED[statement.dialect.family](phrase)


def _end(whole: Phrase, at: int, stop: int) -> int:
    """The index after the last token of an effect that ends at a character."""
    tokens = whole.code.tokens
    while at < len(tokens) and tokens[at].end <= stop:
        at += 1
    return at
