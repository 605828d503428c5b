"""What could stand at the cursor: pure, from the tokens around it and the names of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from safesql.repl.derived import Columns, derived
from safesql.repl.keywords import FOLLOWS, OPENING, SETTINGS_AFTER, keywords
from safesql.repl.links import Place, conditions, joins, written
from safesql.repl.names import Snapshot
from safesql.repl.ranking import Candidate, Offer, ranked
from safesql.repl.scope import INTRODUCE, Spoken, plain, spoken
from safesql.repl.values import begun_value, compared, values_of
from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.lexer import significant
from safesql.sql.quoting import quote_string
from safesql.sql.token import Kind, Token

_WORD = re.compile(r"[^\W\d][\w$]*\Z|\Z")
_COLUMNS_AFTER = frozenset({
    "SELECT", "WHERE", "ON", "AND", "OR", "NOT", "BY", "SET", "HAVING", "RETURNING", "WHEN", "THEN", "ELSE", "CASE",
    "DISTINCT", "BETWEEN", "LIKE", "IN",
})  # fmt: skip
_RELATIONS_AFTER = INTRODUCE | {"VIEW", "DESCRIBE", "TRUNCATE", "VACUUM", "REINDEX"}
NOTHING_USED: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class _At:
    """The tokens before the cursor, all of the statement, and what its names mean."""

    tokens: Sequence[Token]
    whole: Sequence[Token]
    dialect: Dialect
    snapshot: Snapshot
    scope: tuple[Spoken, ...]
    own: Mapping[str, Columns]           # CTEs and subqueries

    def columns(self, parts: tuple[str, ...]) -> Columns:
        """Of a relation by its name; empty where it is not known."""
        own = self.own.get(parts[-1].lower()) if len(parts) == 1 else None
        relation = None if own else self.snapshot.find(parts)
        return own or (relation.columns if relation else ())

    @property
    def previous(self) -> Token | None:
        """The token before the one that is typed."""
        return self.tokens[-1] if self.tokens else None


def candidates(
    before: str, after: str, dialect: Dialect, snapshot: Snapshot, used: Mapping[str, int] = NOTHING_USED
) -> list[Candidate]:
    """For one statement, cut at the cursor, the best first; ``used`` counts names in lower case."""
    word = _typed(before)
    tokens = significant(before[: len(before) - len(word)], dialect)
    value = begun_value(before, dialect)
    inside = bool(tokens) and not before[-1:].isspace() and tokens[-1].kind in (Kind.BAD, Kind.STRING, Kind.NUMBER)
    if value is None and inside:
        return []
    whole = significant(before + after, dialect)
    at = _At(tokens, whole, dialect, snapshot, spoken(whole), {})
    at = _At(tokens, whole, dialect, snapshot, at.scope, derived(whole, at.columns))
    if value is not None:
        found = values_of(compared(value.tokens), at.scope, snapshot)
        texts = (Offer(each, "value", f"{value.quoted(each)}") for each in found)
        return ranked(texts, value.typed, dialect, NOTHING_USED)
    return ranked(_offered(at), word, dialect, used)


def _offered(at: _At) -> Iterator[Offer]:
    """What could stand there, in the order of use."""
    previous = at.previous
    if previous is None:
        yield from map(Offer, OPENING)
    elif previous.kind is Kind.DOT:
        yield from _qualified(at)
    elif previous.word in FOLLOWS:
        yield from map(Offer, FOLLOWS[previous.word])
    elif previous.word in SETTINGS_AFTER and len(at.tokens) == 1 and at.dialect.family is not Family.SQLITE:
        yield from map(Offer, ("LOCAL", "SESSION", "TRANSACTION") if previous.word == "SET" else ())
        yield from (Offer(name, "setting", name) for name in at.snapshot.settings)
    elif previous.word == "PRAGMA":
        yield from (Offer(name, "pragma", name) for name in at.snapshot.settings)
    elif previous.word in _RELATIONS_AFTER or (previous.kind is Kind.COMMA and _in_relations(at.tokens)):
        yield from _relations_to_name(at, previous)
    else:
        yield from _anything(at, previous)


def _anything(at: _At, previous: Token) -> Iterator[Offer]:
    """Columns, keywords, functions and relations."""
    if previous.word == "ON":
        yield from (Offer(text, "foreign key", text) for text in _conditions(at))
    for each in values_of(compared(at.tokens), at.scope, at.snapshot):
        text = quote_string(each, at.dialect)
        yield Offer(text, "value", text)
    yield from _column_list(at)
    if previous.word in _COLUMNS_AFTER or previous.kind is not Kind.WORD:
        yield from _columns(at)
        yield from map(Offer, keywords(at.dialect.family))
    else:
        yield from map(Offer, keywords(at.dialect.family))
        yield from _columns(at)
    yield from at.snapshot.calls
    yield from at.snapshot.offers


def _qualified(at: _At) -> Iterator[Offer]:
    """Behind a dot: columns of an alias or table, relations of a schema."""
    if len(at.tokens) < 2:
        return
    qualifier = plain(at.tokens[-2]).lower()
    for each in at.scope:
        columns = at.columns(each.parts) if each.alias.lower() == qualifier else ()
        if columns:
            yield from (Offer(*column) for column in columns)
            return
    own = at.own.get(qualifier)
    named = [relation for relation in at.snapshot.relations if relation.schema.lower() == qualifier]
    if named and not own:
        yield from (Offer(relation.name, relation.kind) for relation in named)
    else:
        yield from (Offer(*column) for column in at.columns((qualifier,)))


def _relations_to_name(at: _At, previous: Token) -> Iterator[Offer]:
    """Relations; behind JOIN first those that a foreign key leads to, with their whole condition."""
    if previous.word == "JOIN":
        for place, text in joins(_placed(at, _spoken_before(at)), at.snapshot.links, at.dialect):
            yield Offer(f"{place[1]} ON …", "join by foreign key", text)
    taken = {each.alias.lower() for each in at.scope}
    yield from (Offer(name, "this statement's own") for name in at.own if name not in taken)
    yield from at.snapshot.offers


def _columns(at: _At) -> Iterator[Offer]:
    """Columns of what the statement speaks of, and the aliases to qualify them with."""
    for each in at.scope:
        yield from (Offer(name, f"{kind} {each.alias}".strip()) for name, kind in at.columns(each.parts))
    yield from (Offer(each.alias, "alias" if each.alias != each.parts[-1] else "table") for each in at.scope)


def _column_list(at: _At) -> Iterator[Offer]:
    """Behind INSERT INTO table: all of its columns at once."""
    tokens = at.tokens
    into = next((index for index in range(len(tokens) - 1, -1, -1) if tokens[index].word == "INTO"), -1)
    named = spoken(tokens[into:]) if into >= 0 and len(tokens) - into <= 4 else ()
    columns = at.columns(named[0].parts) if len(named) == 1 and tokens[-1].kind is not Kind.OPEN else ()
    if columns:
        text = f"({', '.join(written(name, at.dialect) for name, _ in columns)}) VALUES ("
        yield Offer(text, "all columns", text)


def _conditions(at: _At) -> Iterator[str]:
    """Behind ON: how the relation before it is joined to those before that."""
    placed = _placed(at, _spoken_before(at))
    return conditions(placed[-1], placed[:-1], at.snapshot.links, at.dialect) if len(placed) > 1 else iter(())


def _spoken_before(at: _At) -> tuple[Spoken, ...]:
    """The relations that are named before the cursor."""
    return spoken(at.tokens)


def _placed(at: _At, relations: Sequence[Spoken]) -> list[tuple[Spoken, Place]]:
    """Relations of the catalog, with their places in it."""
    found = ((each, at.snapshot.find(each.parts)) for each in relations)
    return [(each, (relation.schema, relation.name)) for each, relation in found if relation is not None]


def _in_relations(tokens: Sequence[Token]) -> bool:
    """Whether a comma stands in a list of relations: the nearest clause at its depth is FROM or UPDATE."""
    depth = 0
    for token in reversed(tokens):
        depth += (token.kind is Kind.CLOSE) - (token.kind is Kind.OPEN)
        if depth < 0:
            return False
        if depth == 0 and token.word in _COLUMNS_AFTER | {"VALUES", "FROM", "UPDATE", "TABLE", "INTO", "USING"}:
            return token.word in ("FROM", "UPDATE", "TABLE", "USING")
    return False


def _typed(before: str) -> str:
    """The beginning of a word at the cursor."""
    found = _WORD.search(before)
    return found[0] if found else ""
