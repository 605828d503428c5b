r"""``\set``: settings of the prompt."""

from __future__ import annotations

from safesql.commands.shell import Shell, View
from safesql.commands.switch import onoff, switched
from safesql.config.nearest import nearest
from safesql.errors import UsageError

NAMES = ("set",)
USAGE = r"\set [NAME VALUE]"
SUMMARY = "settings: keybindings vi|emacs, timing, expanded, pager on|off, format NAME, null TEXT"

_SWITCHES = ("timing", "pager")
_PSET = ("format", "null", "expanded")
_KNOWN = ("keybindings", *_PSET, *_SWITCHES)


def run(shell: Shell, argument: str) -> None:
    """Change one setting until the shell ends, or show all; raises UsageError for unknown names and values."""
    name, _, value = argument.strip().rstrip(";").partition(" ")
    view, value = shell.view, value.strip()
    if not name:
        shell.page("".join(f"{known:<13}{_value(view, known)}\n" for known in _KNOWN))
        return
    if name == "keybindings":
        if value not in ("vi", "emacs"):
            raise UsageError("keybindings are vi or emacs")
        view.keys = value
    elif name in _PSET:
        from safesql.commands.pset import run as pset

        pset(shell, f"{name} {value}")
        return
    elif name in _SWITCHES:
        setattr(view, name, switched(getattr(view, name), value))
    else:
        raise UsageError(f"there is no setting {name}{nearest(name, _KNOWN)}; \\set lists them")
    shell.say(f"{name}: {_value(view, name)}")


def _value(view: View, name: str) -> str:
    """As it is now."""
    if name == "keybindings":
        return view.keys
    if name in _PSET:
        return {"format": view.form, "null": view.null, "expanded": view.expanded.value}[name]
    return onoff(getattr(view, name))
