"""The columns of relations that only this statement has: CTEs, and subqueries in FROM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from safesql.repl.scope import plain, spoken
from safesql.sql.token import Kind, Token

Columns = tuple[tuple[str, str], ...]
"""Names with what they are."""

Find = Callable[[tuple[str, ...]], Columns]
"""The columns of a relation by its name; empty where it is not known."""

_NAMES = (Kind.WORD, Kind.NAME)
_ENDS = frozenset({"FROM", "INTO", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "EXCEPT", "INTERSECT"})
DEEPEST = 8


def derived(tokens: Sequence[Token], find: Find, depth: int = 0) -> dict[str, Columns]:
    """Columns by the lower-case name of each CTE and of each aliased subquery, however far they are written."""
    found: dict[str, Columns] = {}
    if depth > DEEPEST:
        return found

    def known(parts: tuple[str, ...]) -> Columns:
        return found.get(parts[-1].lower()) or find(parts)

    for index, token in enumerate(tokens):
        if token.kind is not Kind.OPEN or index + 1 >= len(tokens) or tokens[index + 1].word not in ("SELECT", "WITH"):
            continue
        end = _closing(tokens, index)
        inside = tokens[index + 1 : end]
        name, listed = _named_before(tokens, index) or (_named_after(tokens, end), ())
        if name:
            columns = tuple(_outputs(inside, known, depth))
            renamed = tuple((new, kind) for new, (_, kind) in zip(listed, columns, strict=False))
            found[name.lower()] = renamed or tuple((new, "column") for new in listed) or columns
    return found


def _outputs(tokens: Sequence[Token], find: Find, depth: int) -> Iterator[tuple[str, str]]:
    """The columns of a SELECT, as far as they have names."""
    inner = derived(tokens, find, depth + 1)

    def known(parts: tuple[str, ...]) -> Columns:
        return inner.get(parts[-1].lower()) or find(parts)

    start = next((at for at, token in _tops(tokens) if token.word == "SELECT"), len(tokens)) + 1
    stop = next((at for at, token in _tops(tokens) if at > start and token.word in _ENDS), len(tokens))
    scope = spoken(list(_flat(tokens[stop:])))
    for item in _items(tokens[start:stop]):
        last = item[-1]
        if last.text == "*":
            qualifier = plain(item[-3]).lower() if len(item) > 2 and item[-2].kind is Kind.DOT else ""
            for each in scope:
                if not qualifier or each.alias.lower() == qualifier:
                    yield from known(each.parts)
        elif last.kind in _NAMES:
            kinds = dict(column for each in scope for column in known(each.parts))
            yield plain(last), kinds.get(plain(last), "column")


def _items(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The parts between commas outside of brackets."""
    start = 0
    for at, token in _tops(tokens):
        if token.kind is Kind.COMMA:
            if start < at:
                yield tokens[start:at]
            start = at + 1
    if start < len(tokens):
        yield tokens[start:]


def _tops(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """The tokens outside of brackets, with their places."""
    depth = 0
    for at, token in enumerate(tokens):
        depth -= token.kind is Kind.CLOSE
        if depth <= 0:
            yield at, token
        depth += token.kind is Kind.OPEN


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without what stands in brackets."""
    return (token for _, token in _tops(tokens))


def _closing(tokens: Sequence[Token], index: int) -> int:
    """The bracket that closes the one at an index, or the end."""
    depth = 0
    for at in range(index, len(tokens)):
        depth += (tokens[at].kind is Kind.OPEN) - (tokens[at].kind is Kind.CLOSE)
        if depth == 0:
            return at
    return len(tokens)


def _named_before(tokens: Sequence[Token], index: int) -> tuple[str, tuple[str, ...]] | None:
    """``name (a, b) AS [NOT] [MATERIALIZED] (``: the name and the columns of a CTE."""
    at = index - 1
    while at > 0 and tokens[at].word in ("MATERIALIZED", "NOT"):
        at -= 1
    if at < 1 or tokens[at].word != "AS":
        return None
    at -= 1
    listed: tuple[str, ...] = ()
    if tokens[at].kind is Kind.CLOSE:
        begin = at
        while begin > 0 and tokens[begin].kind is not Kind.OPEN:
            begin -= 1
        listed = tuple(plain(token) for token in tokens[begin:at] if token.kind in _NAMES)
        at = begin - 1
    return (plain(tokens[at]), listed) if at >= 0 and tokens[at].kind in _NAMES else None


def _named_after(tokens: Sequence[Token], end: int) -> str:
    """``) [AS] alias``."""
    at = end + 1
    at += at < len(tokens) and tokens[at].word == "AS"
    if at < len(tokens) and tokens[at].kind in _NAMES and tokens[at].word not in _ENDS | {"ON", "JOIN", "USING"}:
        return plain(tokens[at])
    return ""
