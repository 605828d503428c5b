"""The rows that an INSERT or REPLACE adds, as a table of their own, and the rows that they take the place of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.guard.analysis.names import plain
from safesql.guard.effect import Effect
from safesql.rewrite.assigned import Assignment
from safesql.rewrite.closure.place import Place, quoted
from safesql.rewrite.closure.start import within
from safesql.rewrite.selection import Refusal, Selection, cut
from safesql.rewrite.unique import Unique
from safesql.rewrite.upserted import upserted
from safesql.rewrite.written import query_of
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name
from safesql.sql.statement import Statement
from safesql.sql.token import Kind, Token

OVERWRITES = ("REPLACE", "ON CONFLICT DO UPDATE", "ON DUPLICATE KEY UPDATE")
NAMES = (Kind.WORD, Kind.NAME)


@dataclass(frozen=True, slots=True)
class Filling:
    """``added`` are the new rows, ``overwritten`` those already there that are replaced or get new values.

    ``replaces`` tells the two apart; ``exact`` is false where a WHERE may spare some of them. ``moved`` are those of
    them that get other values in some columns; None where that is not understood.
    """

    added: Selection
    overwritten: Selection
    replaces: bool
    exact: bool = True
    moved: tuple[tuple[Selection, tuple[Assignment, ...]], ...] | None = ()


def overwriting(root: Effect) -> Iterator[tuple[Effect, Effect]]:
    """The INSERT and REPLACE statements inside a statement that may overwrite rows, each with what does it."""
    for effect in root.walk():
        if effect.verb in ("INSERT", "REPLACE"):
            for part in effect.parts:
                if part.verb in OVERWRITES and part.target == effect.target:
                    yield effect, part
                    break


def filling(effect: Effect, part: Effect, statement: Statement, place: Place, known: Unique) -> Filling | Refusal:
    """What an overwriting INSERT does to a table."""
    if effect.target_at is None or not known.columns:
        return Refusal("it stands in a text of its own")
    tokens = [token for token in statement.tokens if effect.target_at.end <= token.start < effect.at.end]
    given, rest = _columns(tokens, statement)
    columns = given or known.columns
    rows = _rows(effect, statement, columns, rest, place)
    if isinstance(rows, Refusal):
        return rows
    query, alone = rows
    keys = [key for _, key in _concerned(known, tokens, statement) if {each.lower() for each in key} <= _lower(columns)]
    if known.odd and not keys:
        return Refusal("its unique index is of expressions or of some rows only")
    with_ = f"{cut(statement, effect.with_)} " if effect.with_ else ""
    met = _Met(f"FROM {query} AS new_rows{alone}", tuple(keys), statement.dialect)
    name = quoted(place.name, statement.dialect)
    overwritten = Selection("*", f"{name} WHERE {met.rows or '1 = 0'}", "", with_, called=name)
    where = next((token for token in _after(tokens, "UPDATE") if token.word == "WHERE"), None)
    return Filling(
        Selection("*", f"{query} AS new_rows{alone} WHERE {_is_row(statement.dialect)}", "", with_),
        overwritten,
        part.verb == "REPLACE",
        exact=where is None and not known.odd,
        moved=() if part.verb == "REPLACE" else _moved(effect, statement, columns, met, overwritten),
    )


@dataclass(frozen=True, slots=True)
class _Met:
    """The rows already there that new ones meet by any of the ``keys``; ``new`` is the FROM of the new ones."""

    new: str
    keys: tuple[tuple[str, ...], ...]
    dialect: Dialect

    @property
    def rows(self) -> str:
        """The condition; empty where there is no key."""
        return " OR ".join(self._by(key) for key in self.keys)

    def with_other(self, column: str) -> str:
        """The condition for those that differ in a column from the new row that meets them."""
        return " OR ".join(f"({self._by(key)} AND ({self._by((*key, column))}) IS NOT TRUE)" for key in self.keys)

    def _by(self, columns: tuple[str, ...]) -> str:
        """That some new row has the same values."""
        return within(columns, f"SELECT {_listed(columns, self.dialect)} {self.new}", self.dialect)


def _moved(
    effect: Effect, statement: Statement, columns: Sequence[str], met: _Met, overwritten: Selection
) -> tuple[tuple[Selection, tuple[Assignment, ...]], ...] | None:
    """Which rows get which values; a column that gets the new row's is another one only where the two differ."""
    given = upserted(effect, statement)
    if given is None:
        return None
    found = [(overwritten, given.assigned)] if given.assigned else []
    for column in given.renewed if met.keys else ():
        known = column.lower() in _lower(columns)
        tables = f"{overwritten.called} WHERE {met.with_other(column)}"
        taken = replace(overwritten, tables=tables) if known else overwritten
        found.append((taken, (Assignment(column, None),)))
    return tuple(found)


def _is_row(dialect: Dialect) -> str:
    """That a row is one of the statement's, and not the one of NULL that gives the columns their types."""
    return "safesql_row = 1" if dialect.family is Family.POSTGRES else "1 = 1"


def _lower(columns: Sequence[str]) -> set[str]:
    """Columns as they are compared."""
    return {column.lower() for column in columns}


def _listed(columns: Sequence[str], dialect: Dialect) -> str:
    """Columns with commas between them."""
    return ", ".join(quote_name(column, dialect) for column in columns)


def _columns(tokens: Sequence[Token], statement: Statement) -> tuple[tuple[str, ...], Sequence[Token]]:
    """The list of columns behind the table, if there is one, and the tokens behind it."""
    if len(tokens) > 2 and tokens[0].word == "AS":
        tokens = tokens[2:]
    if not tokens or tokens[0].kind is not Kind.OPEN or tokens[1].kind not in NAMES:
        return (), tokens
    if tokens[1].word in ("SELECT", "WITH", "VALUES", "TABLE"):
        return (), tokens
    close = next((place for place, token in enumerate(tokens) if token.kind is Kind.CLOSE), 0)
    names = [token for token in tokens[1:close] if token.kind in NAMES]
    return tuple(plain(token, statement.dialect.family) for token in names), tokens[close + 1 :]


def _rows(
    effect: Effect, statement: Statement, columns: tuple[str, ...], tokens: Sequence[Token], place: Place
) -> tuple[str, str] | Refusal:
    """The rows as a table in brackets, and the names of its columns; Refusal where they are not understood."""
    dialect = statement.dialect
    query = query_of(statement, effect)
    if query is None and (not tokens or tokens[0].word not in ("VALUES", "VALUE")):
        return Refusal("its rows are not understood")
    named = f" ({_listed(columns, dialect)})" if dialect.family is Family.POSTGRES else ""
    if query is not None:
        head = f"SELECT {_listed(columns, dialect)} FROM {quoted(place.name, dialect)} WHERE 1 = 0"
        text = f"({head} UNION ALL SELECT * FROM ({cut(statement, query)}) AS given_rows)"
        if dialect.family is Family.POSTGRES:
            return f"(SELECT *, 1 FROM {text} AS typed_rows)", f"{named[:-1]}, safesql_row)"
        return text, ""
    values = _values(tokens[1:])
    if not values or any(token.word == "DEFAULT" for row in values for token in row):
        return Refusal("the values of DEFAULT are not known before")
    rows = [statement.text[row[0].start : row[-1].end] for row in values]
    match dialect.family:
        case Family.POSTGRES:
            kinds = ", ".join(f"(NULL::{quoted(place.name, dialect)}).{quote_name(each, dialect)}" for each in columns)
            marked = ", ".join(f"{row[:-1]}, 1)" for row in rows)
            return f"(VALUES ({kinds}, 0), {marked})", f"{named[:-1]}, safesql_row)"
        case Family.MYSQL:
            head = f"SELECT {_listed(columns, dialect)} FROM {quoted(place.name, dialect)} WHERE 1 = 0"
            word = "ROW" if dialect.name == "mysql" else ""
            return f"({head} UNION ALL VALUES {', '.join(word + row for row in rows)})", ""
        case Family.SQLITE:
            head = f"SELECT {_listed(columns, dialect)} FROM {quoted(place.name, dialect)} WHERE 1 = 0"
            return f"({head} UNION ALL VALUES {', '.join(rows)})", ""


def _values(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The rows that are written out, each with its brackets."""
    found: list[Sequence[Token]] = []
    depth, start = 0, 0
    for place, token in enumerate(tokens):
        if depth == 0 and token.kind not in (Kind.OPEN, Kind.COMMA):
            break
        if token.kind is Kind.OPEN:
            start = place if depth == 0 else start
            depth += 1
        elif token.kind is Kind.CLOSE:
            depth -= 1
            if depth == 0:
                found.append(tokens[start : place + 1])
    return found


def _after(tokens: Sequence[Token], word: str) -> Iterator[Token]:
    """The tokens in no bracket behind ON CONFLICT .. DO ``word``."""
    depth, behind = 0, False
    for place, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth == 0 and token.word == word and place and tokens[place - 1].word == "DO":
            behind = True
        elif depth == 0 and behind:
            yield token


def _concerned(
    known: Unique, tokens: Sequence[Token], statement: Statement
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The keys that a conflict clause names; all of them where it names none."""
    at = next((place for place, token in enumerate(tokens) if token.word == "CONFLICT"), None)
    if at is None or at + 1 == len(tokens) or tokens[at + 1].word == "DO":
        yield from known.keys
        return
    family = statement.dialect.family
    if tokens[at + 1].word == "ON":
        name = plain(tokens[at + 3], family) if at + 3 < len(tokens) else ""
        yield from (key for key in known.keys if key[0] == name)
        return
    named, _ = _columns(tokens[at + 1 :], statement)
    yield from (key for key in known.keys if _lower(key[1]) == _lower(named))
