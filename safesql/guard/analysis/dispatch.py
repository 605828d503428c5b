"""From the first words of a statement to the family that understands it; everything else is opaque."""

from __future__ import annotations

from collections.abc import Callable

from safesql.guard.analysis import (
    alter,
    block,
    create,
    delete,
    drop,
    dynamic,
    explain,
    files,
    insert,
    merge,
    pragma,
    query,
    server,
    settings,
    transaction,
    update,
)
from safesql.guard.analysis.apart import stands_apart
from safesql.guard.analysis.body import BODIES
from safesql.guard.analysis.nested import nested
from safesql.guard.analysis.phrase import Phrase, spread
from safesql.guard.effect import Effect, Reach
from safesql.slotted import replace
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

Reading = Callable[[Phrase], Effect | None]

SHARED: dict[str, Reading] = {
    "SELECT": query.query,
    "VALUES": query.query,
    "TABLE": query.query,
    "WITH": query.with_,
    "DELETE": delete.delete,
    "UPDATE": update.update,
    "INSERT": insert.insert,
    "CREATE": create.create,
    "ALTER": alter.alter,
    "DROP": drop.drop,
    "BEGIN": transaction.begin,
    "START": transaction.start,
    "COMMIT": transaction.commit,
    "ROLLBACK": transaction.rollback,
    "SAVEPOINT": transaction.savepoint,
    "RELEASE": transaction.release,
    "EXPLAIN": explain.explain,
    "ANALYZE": explain.analyze,
}
POSTGRES: dict[str, Reading] = {
    "MERGE": merge.merge, "TRUNCATE": drop.truncate, "COPY": files.copy, "LOAD": files.load, "SET": settings.set_,
    "RESET": settings.reset, "END": transaction.commit, "ABORT": transaction.rollback, "PREPARE": dynamic.prepare,
    "EXECUTE": dynamic.execute, "DEALLOCATE": dynamic.deallocate, "CALL": dynamic.call, "DO": dynamic.do,
    "DISCARD": settings.discard, "REFRESH": server.refresh, "ANALYSE": explain.analyze,
}
MYSQL: dict[str, Reading] = {
    "MERGE": merge.merge,
    "TRUNCATE": drop.truncate,
    "LOAD": files.load,
    "SET": settings.set_,
    "REPLACE": insert.insert,
    "XA": transaction.xa,
    "PREPARE": dynamic.prepare,
    "EXECUTE": dynamic.execute,
    "DEALLOCATE": dynamic.deallocate,
    "CALL": dynamic.call,
    "DO": dynamic.do,
    "RENAME": server.rename,
    "DESC": explain.explain,
    "DESCRIBE": explain.explain,
    "IF": block.block,
    "CASE": block.block,
    "LOOP": block.block,
    "WHILE": block.block,
    "REPEAT": block.block,
    "FOR": block.block,
}
SQLITE: dict[str, Reading] = {
    "REPLACE": insert.insert, "PRAGMA": pragma.pragma, "ATTACH": pragma.attach, "DETACH": pragma.detach,
    "END": transaction.commit,
}
FAMILIES: dict[Family, dict[str, Reading]] = {
    Family.POSTGRES: {**SHARED, **POSTGRES},
    Family.MYSQL: {**SHARED, **MYSQL},
    Family.SQLITE: {**SHARED, **SQLITE},
}
DML = frozenset({"INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE"})
FOR_STATEMENT = frozenset({"FOR"})


def read(phrase: Phrase) -> Effect:
    """What one statement does."""
    if phrase.lo >= phrase.hi:
        return phrase.effect("", Reach.READ)
    word = phrase.word(phrase.lo)
    if phrase.code.has_semicolon and _several(phrase) and not _is_body(phrase):
        return block.block(phrase)
    if word == "BEGIN" and phrase.has(phrase.lo, "BEGIN", "NOT", "ATOMIC"):
        return block.block(phrase)
    if word == "PREPARE" and phrase.word(phrase.lo + 1) == "TRANSACTION":
        return transaction.prepare_transaction(phrase)
    if phrase.kind(phrase.lo) is Kind.OPEN:
        return query.query(phrase)
    reading = FAMILIES[phrase.family].get(word)
    effect = reading(phrase) if reading is not None else None
    if word in DML and effect is not None:
        effect = spread(effect, *nested(phrase))
    if effect is not None and stands_apart(phrase):
        effect = replace(effect, alone=True)
    return effect or server.server(phrase) or phrase.opaque("a statement that is not understood")


def _is_body(phrase: Phrase) -> bool:
    """Whether the semicolons may be those of a stored program that is defined, perhaps behind SET STATEMENT .. FOR."""
    word = phrase.word(phrase.lo)
    if word == "CREATE":
        return create.defines(phrase) in BODIES
    if word == "ALTER":
        return alter.alters(phrase) == "EVENT"
    at = phrase.find(FOR_STATEMENT) if phrase.has(phrase.lo, "SET", "STATEMENT") else phrase.hi
    return (
        phrase.word(at + 1) in ("CREATE", "ALTER")
        and not _several(phrase.sub(phrase.lo, at))
        and _is_body(phrase.sub(at + 1, phrase.hi))
    )


def _several(phrase: Phrase) -> bool:
    """Whether a semicolon stands in this very phrase."""
    return any(phrase.kind(index) is Kind.SEMICOLON for index in phrase.tops())
