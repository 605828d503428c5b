r"""``\format``: a statement laid out by sqlparse, which decides nothing else."""

from __future__ import annotations

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.sql.dialect import Dialect
from safesql.sql.lexer import lex
from safesql.sql.token import Kind

NAMES = ("format",)
USAGE = r"\format [STATEMENT]"
SUMMARY = "lay out a statement, or the last one, over several lines; it waits at the prompt for Enter"
_BLANK = " \t\n\r\f\v"    # what all servers take for space; others may be part of a name
LONGEST = 20_000           # characters; sqlparse takes long for more


def run(shell: Shell, argument: str) -> None:
    """Put the laid out statement into the next input; raises UsageError when that would not be the same statement."""
    statement = given(shell, argument)
    shell.feed(f"{laid_out(statement.text, statement.dialect)};")


def laid_out(text: str, dialect: Dialect) -> str:
    """The text with other white space and keywords in upper case; raises UsageError when it cannot be left the same.

    sqlparse knows no dialect, so its answer counts only when our lexer reads the same tokens in it.
    """
    import sqlparse
    from sqlparse.exceptions import SQLParseError

    if len(text) > LONGEST:
        raise UsageError(f"\\format takes statements of up to {LONGEST:,} characters")
    try:
        formatted = str(sqlparse.format(text, reindent=True, keyword_case="upper")).strip(_BLANK)
    except (SQLParseError, RecursionError) as error:
        raise UsageError("this statement is nested too deep to be laid out") from error
    if _read(formatted, dialect) != _read(text, dialect):
        raise UsageError("laid out by sqlparse this would be read as another statement; it is left as it is")
    return formatted


def _read(text: str, dialect: Dialect) -> list[tuple[Kind, str]]:
    """All but white space; words without their case."""
    tokens = (token for token in lex(text, dialect) if token.kind is not Kind.SPACE)
    return [(token.kind, token.word or token.text.strip(_BLANK)) for token in tokens]
