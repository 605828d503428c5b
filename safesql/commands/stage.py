r"""``\stage``: write changes down for review instead of executing them."""

from __future__ import annotations

from pathlib import Path

from safesql.commands.shell import Shell
from safesql.errors import SafesqlError, UsageError
from safesql.store.review import ReviewFile

NAMES = ("stage",)
USAGE = r"\stage [FILE|off|show|edit|run]"
SUMMARY = "write what would change anything to FILE instead of executing it; reads still run"


def run(shell: Shell, argument: str) -> None:
    """Open a review file, or do something with the open one; raises UsageError where none is open."""
    word = argument.strip().rstrip(";").strip()
    match word:
        case "":
            _status(shell)
        case "off":
            shell.session.review = None
            shell.say("statements are executed again")
        case "show":
            shell.page(_open_file(shell).text() or "nothing was staged yet\n")
        case "edit":
            _edited(shell, _open_file(shell))
        case "run":
            _run(shell, _open_file(shell))
        case _:
            _open(shell, word.strip("'\""))


def _open(shell: Shell, name: str) -> None:
    """From now on changes go to this file."""
    path = Path(name).expanduser().absolute()
    review = ReviewFile(path)
    there = review.text()
    shell.session.review = review
    already = "it has statements already, new ones are added; " if there else ""
    shell.say(f"changes are written to {path} instead of being executed; {already}\\stage off ends it")


def _status(shell: Shell) -> None:
    """Where changes go."""
    review = shell.session.review
    if review is None:
        shell.say("staging is off: statements are executed; \\stage FILE writes changes down instead")
    else:
        shell.say(f"staging to {review.path}; \\stage show, edit, run, off")


def _open_file(shell: Shell) -> ReviewFile:
    """The review file that is open."""
    if shell.session.review is None:
        raise UsageError("no review file is open; \\stage FILE opens one")
    return shell.session.review


def _edited(shell: Shell, review: ReviewFile) -> None:
    """The file in the editor, all of it; what comes back replaces it."""
    text = shell.edit(review.text())
    if text is None:
        shell.say("the editor did not end well; the review file is as it was")
        return
    _replaced(review.path, text)
    shell.say(f"{review.path} is as you left it")


def _replaced(path: Path, text: str) -> None:
    """Write beside the file and move into place, so that a full disk costs nothing."""
    import os

    from safesql.store.private import open_private

    beside = path.with_name(path.name + ".new")
    try:
        with os.fdopen(open_private(beside), "w", encoding="utf-8", newline="") as file:
            file.truncate(0)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        raise UsageError(f"{path} cannot be written and is as it was: {error}") from error


def _run(shell: Shell, review: ReviewFile) -> None:
    """Execute what was staged, under the same guard; when it was, staging is off, and else goes on."""
    shell.session.review = None
    try:
        shell.run_file(str(review.path))
    except SafesqlError:
        shell.session.review = review
        raise
    shell.say("staging is off: statements are executed again")
