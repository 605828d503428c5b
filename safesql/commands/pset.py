r"""``\pset``: how results look."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.commands.switch import expansion, onoff, switched
from safesql.config.nearest import nearest
from safesql.errors import UsageError

NAMES = ("pset",)
USAGE = r"\pset [format NAME|null TEXT|expanded on|header on|json pretty|pager on]"
SUMMARY = "how results look: the format, the text for NULL, expanded rows, the heading, the pager"

KNOWN = ("format", "null", "expanded", "header", "tuples_only", "json", "pager")
_FORMATS = {
    "aligned": "table", "column": "table", "box": "table", "unaligned": "tsv", "list": "tsv", "tabs": "tsv",
    "line": "vertical",
}  # fmt: skip
"""Names that psql and sqlite3 have for formats of ours."""


def run(shell: Shell, argument: str) -> None:
    """Change one, or show all; raises UsageError for what there is not."""
    view = shell.view
    name, _, value = argument.strip().partition(" ")
    value = value.strip()
    match name:
        case "":
            pager, expanded = onoff(view.pager), view.expanded.value
            rows = (("format", view.form), ("null", view.null), ("expanded", expanded), ("pager", pager),
                    ("header", onoff(view.header)), ("json", "pretty" if view.json else "compact"))  # fmt: skip
            shell.page("".join(f"{name:<10}{value}\n" for name, value in rows))
        case "format":
            view.form = _format(value)
            shell.say(f"format: {view.form}")
        case "null":
            view.null = _unquoted(value)
            shell.say(f"NULL is shown as {view.null!r}")
        case "expanded" | "x":
            view.expanded = expansion(view.expanded, value)
            shell.say(f"expanded rows: {view.expanded.value}")
        case "header" | "tuples_only" | "t":
            hidden = name != "header"
            view.header = switched(view.header is not hidden, value) is not hidden
            shell.say(f"names of columns: {onoff(view.header)}")
        case "json":
            view.json = _laid_out(view.json, value)
            shell.say(f"JSON over several lines: {onoff(view.json)}")
        case "pager":
            view.pager = switched(view.pager, value)
            shell.say(f"pager: {onoff(view.pager)}")
        case other:
            raise UsageError(f"there is nothing called {other} to set{nearest(other, KNOWN)}")


def _laid_out(now: bool, value: str) -> bool:
    """``pretty`` and ``compact`` say it, too."""
    return switched(now, {"pretty": "on", "compact": "off"}.get(value, value))


def _format(name: str) -> str:
    """A format by its name or psql's."""
    from safesql.formats import FORMATS

    name = _FORMATS.get(name, name)
    if name not in FORMATS:
        raise UsageError(f"there is no format {name or 'so called'}; known: {', '.join(FORMATS)}")
    return name


def _unquoted(value: str) -> str:
    """The text inside of quotes, or as it stands."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
