r"""``\explain``: the plan of a statement as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from safesql.commands.given import given
from safesql.commands.shell import Shell
from safesql.errors import Declined, StatementFailed, UsageError
from safesql.formats.plan import Step, drawn
from safesql.guard.action import Action
from safesql.guard.effect import Name
from safesql.result import Result, Row
from safesql.rewrite.explained import BIG, explained, up_to_big
from safesql.sql.dialect import Dialect, Family

NAMES = ("explain",)
USAGE = r"\explain [analyze] [STATEMENT]"
SUMMARY = "the server's plan as a tree; analyze runs the statement as well, judged as if it had been typed"


def run(shell: Shell, argument: str) -> None:
    """Ask for the plan down the one road and draw it; raises UsageError, and what the road raises."""
    first, _, rest = argument.strip().partition(" ")
    runs = first.upper() in ("ANALYZE", "ANALYSE")
    statement = given(shell, rest if runs else argument)
    if shell.session.judge(statement).effect.verb == "EXPLAIN":
        raise UsageError("this is an EXPLAIN already; write \\explain before the statement itself")
    dialect = shell.session.connection.dialect
    asking = explained(statement.text, dialect, run=runs)
    if asking is None:
        raise UsageError("SQLite tells nothing of a run; \\explain without analyze draws its plan")
    _may_run(shell, asking)
    rows: list[Row] = []
    shell.run_shown(asking, lambda result: _kept(result, rows))
    if rows:
        shell.page("".join(f"{line}\n" for line in _lines(shell, rows, dialect)))


def _may_run(shell: Shell, asking: str) -> None:
    """Ask before what only looks like a question writes, where no rule asks; raises Declined."""
    verdict = shell.session.looked_up(given(shell, asking))
    if not verdict.effect.changes or verdict.action is not Action.ALLOW:
        return
    answer = shell.ask("analyze runs the statement, and it writes: run it? [y]es, [n]o: ")
    if (answer or "").strip().lower() not in ("y", "yes"):
        raise Declined("not run: the answer was no; \\explain without analyze draws the plan and runs nothing")


def _kept(result: Result, rows: list[Row]) -> int:
    """Plans are short."""
    rows[:] = list(result.rows())
    return len(rows)


def _lines(shell: Shell, rows: Sequence[Row], dialect: Dialect) -> Sequence[str]:
    """The tree, or the server's own text where it is none that we can read."""
    try:
        roots = _read(rows, dialect)
    except (ValueError, KeyError, TypeError, RecursionError):
        return [str(cell) for row in rows for cell in row if cell is not None]
    return list(drawn(roots, _warnings(shell, roots, dialect)))


def _read(rows: Sequence[Row], dialect: Dialect) -> tuple[Step, ...]:
    """By the family's own form; raises ValueError and its kin."""
    from safesql.formats import plan_mysql, plan_postgres, plan_sqlite

    if dialect.family is Family.SQLITE:
        return plan_sqlite.steps(rows)
    text = "\n".join(str(row[0]) for row in rows)
    return plan_postgres.steps(text) if dialect.family is Family.POSTGRES else plan_mysql.steps(text)


def _warnings(shell: Shell, roots: Sequence[Step], dialect: Dialect) -> Mapping[tuple[str, ...], str]:
    """For each big table that is read from end to end, what to think of."""
    scanned = list(dict.fromkeys(step.scanned for root in roots for step in root.walk() if step.scanned))
    sizes = _sizes(shell, scanned, dialect)
    return {
        name: f"reads {name[-1]} from end to end, {'more than' if dialect.family is Family.SQLITE else 'about'} "
        f"{rows:,} rows; an index on what is asked of it would read fewer"
        for name, rows in sizes.items()
    }


def _sizes(shell: Shell, scanned: Sequence[tuple[str, ...]], dialect: Dialect) -> Mapping[tuple[str, ...], int]:
    """The rows of those that are big, by the server's estimate; none where it cannot be asked now."""
    from safesql.rewrite.doctor.sizes import size

    connection = shell.session.connection
    found: dict[tuple[str, ...], int] = {}
    with suppress(StatementFailed):
        probe = size([Name(name) for name in scanned], dialect)
        for number, rows, _ in connection.query(probe).rows() if probe is not None else ():
            if int(str(rows or 0)) > BIG:
                found[scanned[int(str(number))]] = int(str(rows))
    for name in scanned if dialect.family is Family.SQLITE else ():
        with suppress(StatementFailed):                  # SQLite names an alias where there is one
            if any(int(str(count)) > BIG for (count,) in connection.query(up_to_big(name[-1], dialect)).rows()):
                found[name] = BIG
    return found
