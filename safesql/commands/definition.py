"""What commands have in common that open a definition in the editor: it is looked up, edited and waits for Enter."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.result import Row
from safesql.rewrite.probe import Probe
from safesql.rewrite.remade import replacing, shown_create
from safesql.sql.dialect import Family


def only_one(shell: Shell, probe: Probe, what: str, name: str) -> str:
    """The text that would make it again; raises UsageError unless the name is exactly one, whose text may be read."""
    connection = shell.session.connection
    rows = list(connection.query(probe).rows())
    if not rows:
        raise UsageError(f"there is no {what} called {name}")
    if len(rows) > 1:
        names = ", ".join(str(row[0]) for row in rows[:5])
        raise UsageError(f"{len(rows)} {what}s are called {name}; name one of them: {names}")
    return _remade(shell, rows[0])


def edit(shell: Shell, text: str) -> None:
    """Into the editor and from there into the next input, where the guard looks at it as it does at typed text."""
    changed = shell.edit(text)
    if changed is None:
        shell.say("the editor did not end well; nothing was taken over")
    elif changed.strip() == text.strip():
        shell.say("nothing was changed")
    else:
        shell.feed(changed.rstrip("\n"))


def _remade(shell: Shell, row: Row) -> str:
    """From one row of the catalog."""
    connection = shell.session.connection
    dialect = connection.dialect
    shown, schema, kind, text = (str(cell or "") for cell in row)
    if dialect.family is not Family.MYSQL:
        return replacing(text, kind, shown, dialect)
    result = connection.query(shown_create(schema, kind, text, dialect))
    places = [n for n, column in enumerate(result.columns) if column.name.lower().startswith("create ")]
    found = [str(line[places[0]]) for line in result.rows() if places and line[places[0]] is not None]
    if not found:
        raise UsageError(f"the text of {shown} may be read by its definer alone; connect as that user")
    return replacing(found[0], kind, text, dialect)
