"""SQLite's full-text tables take commands as rows: INSERT INTO ft(ft) VALUES('delete-all')."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.analysis.names import plain
from safesql.guard.analysis.phrase import Phrase
from safesql.guard.effect import Effect, Extent, Name, Reach
from safesql.sql.dialect import Family
from safesql.sql.token import Kind

HARMLESS = frozenset({
    "optimize", "rebuild", "integrity-check", "merge", "automerge", "crisismerge", "usermerge", "pgsz", "rank",
    "secure-delete", "hashsize", "deletemerge", "delete", "flush", "nodesize", "maxpending",
})
"""https://sqlite.org/fts5.html, 6; 'delete' takes out one row by its values."""


def command_rows(phrase: Phrase, name: Name, at: int, rows_at: int) -> Iterator[Effect]:
    """The effect of a row whose first column is the table itself, where it empties the index."""
    if phrase.family is not Family.SQLITE or phrase.kind(at) is not Kind.OPEN:
        return
    first = phrase.code.tokens[at + 1]
    if (
        first.kind not in (Kind.WORD, Kind.NAME, Kind.STRING)
        or plain(first, phrase.family).lower() != name.parts[-1].lower()
    ):
        return
    value = phrase.text(rows_at + 2)[1:-1].lower() if phrase.kind(rows_at + 2) is Kind.STRING else ""
    if value.split("=")[0] not in HARMLESS:
        yield Effect(
            "DELETE",
            Reach.ROWS,
            phrase.span(),
            name,
            "table",
            Extent.ALL,
            "a command to the full-text index, not a row",
        )
