"""Colours for SQL as it is typed, from pygments, loaded with the first character."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from safesql.sql.dialect import Family

if TYPE_CHECKING:
    from prompt_toolkit.lexers import Lexer


@cache
def lexer(family: Family) -> Lexer:
    """The highlighter of a family; pygments costs some 40 ms, once."""
    from prompt_toolkit.lexers import PygmentsLexer
    from pygments.lexers import sql

    match family:
        case Family.POSTGRES:
            return PygmentsLexer(sql.PostgresLexer)
        case Family.MYSQL:
            return PygmentsLexer(sql.MySqlLexer)
        case Family.SQLITE:
            return PygmentsLexer(sql.SqlLexer)


def lexer_for(text: str, family: Family, *, color: bool) -> Lexer | None:
    """Nothing where there is nothing to colour: an empty buffer, a command, or no colours wanted."""
    if not color or not text.strip() or text.lstrip().startswith(("\\", ".")):
        return None
    return lexer(family)
