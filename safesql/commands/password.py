r"""``\password``: another password for an account, which nobody reads along."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import Declined, UsageError

NAMES = ("password",)
USAGE = r"\password [USER]"
SUMMARY = "change a password: it is asked for twice, not shown, and only its hash leaves this program"


def run(shell: Shell, argument: str) -> None:
    """Ask twice and send the hash down the one road; raises UsageError, Declined, and what the road raises."""
    from safesql.engine.new_password import account_of, with_password

    if shell.session.review is not None:
        raise UsageError("a review file is open, and no password belongs there; \\stage off closes it")
    whose = account_of(shell.session, argument.strip(" ;"))
    typed = _typed(shell, f"new password for {whose.user}: ")
    if typed != _typed(shell, "the same once more: "):
        raise UsageError("the two are not the same; nothing was sent")
    shell.run_shown(with_password(shell.session, whose, typed), lambda _result: 0)
    shell.say(f"the password of {whose.user} is changed")


def _typed(shell: Shell, message: str) -> str:
    """One password; raises Declined when none is typed, UsageError for one that no server could take back."""
    typed = shell.secret(message)
    if not typed:
        raise Declined("no password was typed; nothing was sent")
    typed = typed.rstrip("\r\n")
    if any(each < " " or each == "\x7f" for each in typed):
        raise UsageError("a password holds no control characters; nothing was sent")
    return typed
