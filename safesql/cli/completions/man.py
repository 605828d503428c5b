"""The manual page ``safesql.1``: the same options and commands as the completions, set for man(7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from safesql.cli.completions.manual import ENVIRONMENT, EXAMPLES, EXIT_CODES, FILES
from safesql.cli.completions.words import Entry, Option, Value
from safesql.commands.find import commands
from safesql.commands.help_ import KEYS

_HEAD = r""".\" Made by: python -m safesql.cli.completions
.TH SAFESQL 1 "" "safesql" "User Commands"
.SH NAME
safesql \- guarded SQL shell for PostgreSQL, MySQL/MariaDB and SQLite
.SH SYNOPSIS
.B safesql
.RI [ options ]
.RI [ target ]
.br
.B safesql
.I command
.RI [ options ]
.RI [ arguments ]
"""


def script(entries: Sequence[Entry]) -> str:
    """The whole page."""
    shell, *below = entries
    return _HEAD + "".join(
        (
            ".SH DESCRIPTION\n" + _paragraphs(shell.help.partition("\n\n")[2] or shell.help),
            ".SH OPTIONS\n" + _options(shell.options),
            ".SH COMMANDS\n" + "".join(_command(entry) for entry in below),
            ".SH AT THE PROMPT\n" + _terms((each.USAGE, each.SUMMARY) for each in commands()) + _terms(KEYS),
            ".SH EXIT STATUS\n" + _terms((str(code), about) for code, about in EXIT_CODES),
            ".SH ENVIRONMENT\n" + _terms(ENVIRONMENT),
            ".SH FILES\n" + _terms(FILES),
            ".SH EXAMPLES\n" + _terms(EXAMPLES),
            ".SH SEE ALSO\n.BR psql (1),\n.BR mariadb (1),\n.BR sqlite3 (1)\n",
        )
    )


def plain(text: str) -> str:
    """Text that troff sets as it stands: no escapes, no requests, and dashes that can be searched and copied."""
    escaped = text.replace("\\", "\\(rs").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    escaped = escaped.replace("^", "\\(ha").replace("~", "\\(ti").replace('"', "\\(dq")
    escaped = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in escaped)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped


def _paragraphs(text: str) -> str:
    """Help in paragraphs, each line of it set again."""
    return "".join(f".PP\n{plain(' '.join(each.split()))}\n" for each in text.split("\n\n") if each.strip())


def _terms(pairs: Iterable[tuple[str, str]]) -> str:
    """What is called, in bold, and below it what it is."""
    return "".join(f".TP\n.B {plain(left)}\n{plain(right)}\n" for left, right in pairs)


def _command(entry: Entry) -> str:
    """A subcommand with the options of its own; those that it hands on to the shell stand there."""
    usage = " ".join(("safesql", *entry.path, entry.usage))
    options = [option for option in entry.options if "--help" not in option.names]
    own = f".RS\n{_options(options)}.RE\n" if options and not entry.passes_on else ""
    return f".SS {plain(usage)}\n{_paragraphs(entry.help)}{own}"


def _options(options: Iterable[Option]) -> str:
    """Each with its spellings."""
    return "".join(
        f".TP\n{', '.join(_spellings(option))}\n{plain(f'{option.about}.' if option.about else '')}\n"
        for option in options
    )


def _spellings(option: Option) -> Iterator[str]:
    """``-p NAME``, ``--profile NAME``."""
    value = "" if option.value is None else f" \\fI{plain(_named(option.value))}\\fP"
    for name in option.names:
        yield f"\\fB{plain(name)}\\fP{value}"


def _named(value: Value) -> str:
    """The value by its name, or the words that it may be."""
    return "|".join(value.choices) if value.choices else value.name.upper()
