r"""``\copyas``: the last result once more, in a form that others take: INSERT, Markdown, CSV."""

from __future__ import annotations

from itertools import islice

from safesql.commands.given import given
from safesql.commands.only_reads import only_reads
from safesql.commands.shell import Shell
from safesql.config.nearest import nearest
from safesql.errors import UsageError
from safesql.formats import FORMATS, Layout
from safesql.result import Result
from safesql.sql.statement import Statement
from safesql.sql.token import Kind

NAMES = ("copyas",)
USAGE = r"\copyas FORMAT [STATEMENT]"
SUMMARY = "run a read, or the last one, and show its rows to be copied: insert, markdown, csv, json .."

MOST = 1000            # rows; nobody copies more from a screen


def run(shell: Shell, argument: str) -> None:
    """Nothing but rows in that format; raises UsageError for an unknown one, Refused for what is more than a read."""
    name, _, text = argument.strip().rstrip(";").partition(" ")
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f"there is no format {name or 'so called'}{nearest(name, FORMATS)}; known: {known}")
    statement = given(shell, text)
    only_reads(shell, statement)
    layout = Layout(dialect=statement.dialect, table=_table(statement), max_binary=None, footer=False)
    written: list[str] = []
    counted: list[int] = []

    def render(result: Result) -> int:
        rows = list(islice(result.rows(), MOST + 1))
        counted.append(len(rows))
        few = Result(result.columns, iter([rows[:MOST]] if rows else []), result.summary)
        return FORMATS[name].render(few, written.append, layout)

    shell.run_shown(statement.text, render)
    shell.page("".join(written))
    if counted and counted[-1] > MOST:
        shell.say(f"only the first {MOST:,} rows; \\o FILE sends all of them to a file")


def _table(statement: Statement) -> str:
    """The table that is read, where it is one alone and named without quotes: INSERT needs a name."""
    words = [token.word for token in statement.tokens]
    if words.count("FROM") != 1 or words.count("SELECT") != 1 or "JOIN" in words:
        return "result"
    behind = statement.tokens[words.index("FROM") + 1 :]
    alone = len(behind) == 1 or (len(behind) > 1 and behind[1].kind is Kind.WORD)
    return behind[0].text if alone and behind[0].kind is Kind.WORD else "result"
