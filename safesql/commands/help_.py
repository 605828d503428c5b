r"""``\?``: what can be typed here."""

from __future__ import annotations

from safesql.commands.shell import Shell

NAMES = ("?", "h", "help")
USAGE = r"\? [COMMAND]"
SUMMARY = "this list, or one command"

KEYS = (
    ("Enter", "runs the buffer when it is complete: ; the delimiter, \\g or \\G ends it; else a new line"),
    ("Alt-Enter", "always a new line"),
    ("Ctrl-R", "searches the history"),
    ("F4", "switches between vi and emacs keys"),
    ("F5", "counts and shows the rows that the buffer would touch, and does not run it"),
    ("v, Ctrl-X Ctrl-E", "opens $EDITOR with the buffer (vi normal mode, emacs)"),
    ("Ctrl-C", "drops the input, or stops the running statement on the server"),
    ("Ctrl-D", "leaves; asks when a transaction is open"),
)


def run(shell: Shell, argument: str) -> None:
    """List the commands and keys, or say what one command does."""
    from safesql.commands.find import find, grouped

    if argument.strip():
        found = find(argument.strip().lstrip("\\."), shell.session.connection.dialect)
        shell.page(f"{found.USAGE}\n  {found.SUMMARY}\n")
        return
    parts = [(title, [(each.USAGE, each.SUMMARY) for each in group]) for title, group in grouped()]
    shell.page("\n".join(f"{title}\n{_columns(rows)}" for title, rows in (*parts, ("keys", list(KEYS)))))


def _columns(rows: list[tuple[str, str]]) -> str:
    """Two columns; a long left side takes its own line."""
    lines = []
    for left, right in rows:
        gap = f"{left:<26}" if len(left) < 26 else f"{left}\n  {'':<26}"
        lines.append(f"  {gap}{right}\n")
    return "".join(lines)
