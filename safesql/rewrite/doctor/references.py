"""The foreign keys that a statement's text makes, with the definitions of columns that stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safesql.guard.analysis import READER
from safesql.guard.analysis.names import name_at, plain
from safesql.guard.analysis.phrase import Phrase, code_of
from safesql.guard.effect import Name
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Family
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

AFTER_TYPE = frozenset({
    "NOT", "NULL", "DEFAULT", "REFERENCES", "PRIMARY", "UNIQUE", "KEY", "AUTO_INCREMENT", "COMMENT", "CHECK",
    "CONSTRAINT", "GENERATED", "COLLATE", "CHARACTER", "CHARSET", "AS", "ON", "FIRST", "AFTER", "INVISIBLE", "STORAGE",
})  # fmt: skip
NO_COLUMN = frozenset({
    "CONSTRAINT", "PRIMARY", "UNIQUE", "KEY", "INDEX", "CHECK", "FULLTEXT", "SPATIAL", "EXCLUDE", "LIKE", "FOREIGN",
})
HEADS = frozenset({"TABLE"})


@dataclass(frozen=True, slots=True)
class Written:
    """A column as a text defines it: type in lower case, the rest empty where the text does not say it."""

    type: str
    charset: str = ""
    collation: str = ""


@dataclass(frozen=True, slots=True)
class NewKey:
    """``referred`` is empty where the text leaves it to the primary key; ``columns`` may be defined in ``written``.

    ``checked`` is false where existing rows are not looked at: NOT VALID.
    """

    table: Name
    columns: tuple[str, ...]
    parent: Name
    referred: tuple[str, ...]
    new: bool                                   # the table is made by the same statement
    checked: bool = True
    written: Mapping[str, Written] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)      # of a new table: ENGINE, CHARSET, COLLATE


def new_keys(statement: Statement) -> tuple[NewKey, ...]:
    """The foreign keys of CREATE TABLE and ALTER TABLE .. ADD; empty for everything else."""
    found = defining(statement)
    if found is None:
        return ()
    whole, table, end = found
    return tuple(_created(whole, table, end) if whole.word(whole.lo) == "CREATE" else _altered(whole, table, end))


def keys_alone(statement: Statement) -> bool:
    """Whether all that a statement does is to add foreign keys, so that columns and what can be referred to stay."""
    found = defining(statement)
    if found is None or found[0].word(found[0].lo) != "ALTER":
        return False
    whole, _, end = found
    actions = whole.sub(end, whole.hi).split()
    return bool(actions) and all(_adds_key(action) for action in actions)


def _adds_key(action: Phrase) -> bool:
    """ADD [CONSTRAINT name] FOREIGN KEY ..."""
    at = action.lo + 1
    if action.word(at) == "CONSTRAINT":
        at = name_at(action, at + 1)[1]
    return action.word(action.lo) == "ADD" and action.word(at) == "FOREIGN"


def defining(statement: Statement) -> tuple[Phrase, Name, int] | None:
    """The whole of a CREATE TABLE or ALTER TABLE, its table, and the index behind that."""
    words = [token.word for token in statement.tokens[:4]]
    if words[:1] not in (["CREATE"], ["ALTER"]) or "TABLE" not in words:
        return None
    code = code_of(list(statement.tokens), statement.dialect, READER)
    if code is None:
        return None
    whole = Phrase(code, 0, len(code.tokens) - (code.tokens[-1].kind is Kind.SEMICOLON))
    at = whole.find(HEADS) + 1
    while whole.word(at) in ("IF", "NOT", "EXISTS", "ONLY"):
        at += 1
    table, end = name_at(whole, at)
    return None if table is None else (whole, table, end)


def _created(whole: Phrase, table: Name, at: int) -> Iterator[NewKey]:
    """The items between the brackets, in the light of the options behind them."""
    if whole.kind(at) is not Kind.OPEN:
        return
    items = whole.inside(at).split()
    options = dict(options_behind(whole.sub(whole.after(at), whole.hi)))
    yield from _keys(items, table, new=True, options=options)


def _altered(whole: Phrase, table: Name, at: int) -> Iterator[NewKey]:
    """What follows ADD in each action."""
    added = [part for part in whole.sub(at, whole.hi).split() if part.word(part.lo) == "ADD"]
    actions = [part.sub(part.lo + 1, part.hi) for part in added]
    items = [part.sub(part.lo + (part.word(part.lo) == "COLUMN"), part.hi) for part in actions]
    yield from _keys(items, table, new=False, options={})


def _keys(items: list[Phrase], table: Name, *, new: bool, options: Mapping[str, str]) -> Iterator[NewKey]:
    """The keys among definitions of columns and constraints."""
    columns = {name: written_column(item, end) for item in items for name, end in column_at(item)}
    for item in items:
        refers = item.find(frozenset({"REFERENCES"}))
        parent, end = name_at(item, refers + 1)
        if parent is None:
            continue
        foreign = item.find(frozenset({"FOREIGN"}))
        if foreign < refers:
            opened = next((at for at in item.tops(foreign) if item.kind(at) is Kind.OPEN), item.hi)
            own = names_in(item.inside(opened)) if opened < refers else ()
        else:
            own = tuple(name for name, _ in column_at(item))
        referred = names_in(item.inside(end)) if item.kind(end) is Kind.OPEN else ()
        unread = any(item.has(at, "NOT", "VALID") for at in item.tops(end))
        if own:
            yield NewKey(table, own, parent, referred, new, not unread, columns, options)


def column_at(item: Phrase) -> Iterator[tuple[str, int]]:
    """The name of a column that an item defines, and the index after it."""
    if item.word(item.lo) in NO_COLUMN:
        return
    name, end = name_at(item, item.lo)
    if name is not None and len(name.parts) == 1 and end < item.hi:
        yield name.parts[0], end


def written_column(item: Phrase, at: int) -> Written:
    """The type and what follows it of a character set."""
    end = next((index for index in item.tops(at) if index > at and item.word(index) in AFTER_TYPE), item.hi)
    if item.has(end, "CHARACTER", "VARYING"):
        end = next((index for index in item.tops(end + 2) if item.word(index) in AFTER_TYPE), item.hi)
    words = "".join(_spaced(item, index) for index in range(at, end)).strip().lower()
    charset = collation = ""
    for index in item.tops(at):
        if item.has(index, "CHARACTER", "SET"):
            charset = _value(item, index + 2)
        elif item.word(index) == "CHARSET":
            charset = _value(item, index + 1)
        elif item.word(index) == "COLLATE":
            collation = _value(item, index + 1)
    return Written(words, charset, collation)


def _spaced(item: Phrase, index: int) -> str:
    """A token of a type: words apart, brackets and what is in them together."""
    text = item.text(index)
    return f" {text}" if item.kind(index) in (Kind.WORD, Kind.NAME) and item.kind(index - 1) is not Kind.OPEN else text


def options_behind(rest: Phrase) -> Iterator[tuple[str, str]]:
    """ENGINE, CHARSET and COLLATE of a new table of MySQL."""
    if rest.family is not Family.MYSQL:
        return
    for index in rest.tops():
        word = rest.word(index)
        if word in ("ENGINE", "CHARSET", "COLLATE"):
            yield word, _value(rest, index + 1)
        elif rest.has(index, "CHARACTER", "SET"):
            yield "CHARSET", _value(rest, index + 2)


def _value(phrase: Phrase, at: int) -> str:
    """The word behind an optional sign of equality."""
    return phrase.text(at + (phrase.text(at) == "=")).strip("'\"`").lower()


def names_in(inside: Phrase) -> tuple[str, ...]:
    """Names of columns in brackets."""
    return tuple(plain(part.code.tokens[part.lo], part.family) for part in inside.split())
