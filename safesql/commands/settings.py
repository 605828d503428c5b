r"""``\set``: settings of the prompt."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.commands.switch import onoff, switched
from safesql.config.nearest import nearest
from safesql.errors import UsageError
from safesql.sql.dialect import Family

NAMES = ("set",)
USAGE = r"\set [NAME VALUE]"
SUMMARY = "settings: keybindings vi|emacs, format, null, expanded, row_limit, timing, autocommit .."

_SWITCHES = ("timing", "pager")
_DIGITS = 12
_PSET = ("format", "null", "expanded")
_OF_TRANSACTIONS = ("autocommit", "on_error_rollback")
_KNOWN = ("keybindings", *_PSET, "row_limit", *_SWITCHES, "bell", *_OF_TRANSACTIONS)


def run(shell: Shell, argument: str) -> None:
    """Change one setting until the shell ends, or show all; raises UsageError for unknown names and values."""
    name, _, value = argument.strip().rstrip(";").partition(" ")
    view, value = shell.view, value.strip()
    if name.lower() in _OF_TRANSACTIONS:                # psql has them in capitals
        _of_transactions(shell, name.lower(), value.strip("'"))
        return
    if name and name not in _KNOWN and shell.session.connection.dialect.family is Family.POSTGRES:
        _variable(shell, argument)
        return
    if not name:
        variables = "".join(f"{name} = {shell.variables.get(name)!r}\n" for name in shell.variables.names())
        shell.page("".join(f"{known:<18}{_value(shell, known)}\n" for known in _KNOWN) + variables)
        return
    if name == "keybindings":
        if value not in ("vi", "emacs"):
            raise UsageError("keybindings are vi or emacs")
        view.keys = value
    elif name in _PSET:
        from safesql.commands.pset import run as pset

        pset(shell, f"{name} {value}")
        return
    elif name == "bell":
        view.bell = _seconds(value)
    elif name == "row_limit":
        view.row_limit = _rows(value)
    elif name in _SWITCHES:
        setattr(view, name, switched(getattr(view, name), value))
    else:
        raise UsageError(f"there is no setting {name}{nearest(name, _KNOWN)}; \\set lists them")
    shell.say(f"{name}: {_value(shell, name)}")


def _seconds(value: str) -> float | None:
    """After which the end of a statement rings; None for ``off``. Raises UsageError."""
    if value == "off":
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError("bell is a number of seconds, after which the end of a statement rings, or off")
    return seconds


def _rows(value: str) -> int:
    """How many of a result the screen gets; 0 for all. Raises UsageError."""
    if value == "off":
        return 0
    if not value.isdecimal() or not value.isascii() or len(value) > _DIGITS:
        raise UsageError("row_limit is how many rows of a result are shown at most, or 0 for all")
    return int(value)


def _of_transactions(shell: Shell, name: str, value: str) -> None:
    """Of what is typed here; scripts say BEGIN and SAVEPOINT themselves."""
    session = shell.session
    if name == "autocommit":
        session.autocommit = switched(session.autocommit, value)
    else:
        session.rescue = True if value.lower() == "interactive" else switched(session.rescue, value)
    state = _value(shell, name)
    shell.variables.set(name.upper(), state)
    shell.say(f"{name}: {state}")
    if session.rescue and name == "on_error_rollback" and session.connection.dialect.family is not Family.POSTGRES:
        shell.say("it is about PostgreSQL alone: this server goes on in a transaction after a statement that failed")


def _variable(shell: Shell, argument: str) -> None:
    """A variable of psql, whose value stands for :NAME from now on; raises UsageError and Refused as a script does."""
    from safesql.engine.setting import set_variable
    from safesql.sql.clients.options import options

    try:
        set_variable("set", options(argument, shell.variables), shell.variables)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _value(shell: Shell, name: str) -> str:
    """As it is now."""
    view = shell.view
    if name in _OF_TRANSACTIONS:
        return onoff(shell.session.autocommit if name == "autocommit" else shell.session.rescue)
    if name == "keybindings":
        return view.keys
    if name == "bell":
        return "off" if view.bell is None else f"{view.bell:g} s"
    if name == "row_limit":
        return f"{view.row_limit:,} rows" if view.row_limit else "off"
    if name in _PSET:
        return {"format": view.form, "null": view.null, "expanded": view.expanded.value}[name]
    return onoff(getattr(view, name))
