"""The everyday words of the command line, read without click, which takes longer to load than a query to run.

Only what can be read in one way is read here: ``safesql TARGET``, ``-p NAME``, ``-c SQL``, ``-f PATH`` and the like,
each with its value in a word of its own that begins with no dash. All else, help and mistakes too, is for click.
"""

from __future__ import annotations

from collections.abc import Iterator

from safesql.cli.request import Request
from safesql.formats import FORMATS

VALUES = {
    "-p": "profile", "--profile": "profile", "-o": "output", "--output": "output", "--config": "config",
    "--format": "form",
}  # fmt: skip
LISTS = {"-c": "commands", "--command": "commands", "-f": "files", "--file": "files"}
FLAGS: dict[str, tuple[str, bool | str]] = {
    "-1": ("single_transaction", True), "--single-transaction": ("single_transaction", True),
    "--dry-run": ("dry_run", True), "--no-config": ("no_config", True), "--plain": ("plain", True),
    "--vi": ("keys", "vi"), "--emacs": ("keys", "emacs"), "--pager": ("pager", True), "--no-pager": ("pager", False),
    "--color": ("color", True), "--no-color": ("color", False),
}  # fmt: skip


def plain(words: list[str]) -> Request | None:
    """What these words ask for; None where click has to read them; raises UsageError where they contradict."""
    said: dict[str, object] = {}
    lists: dict[str, tuple[str, ...]] = {"commands": (), "files": ()}
    left = iter(words)
    for word in left:
        if word in LISTS:
            value: bool | str = _value(next(left, ""))
            lists[LISTS[word]] += (str(value),)
        else:
            name, value = _one(word, left)
            if name in said or (name == "form" and value not in FORMATS):
                return None
            said[name] = value
        if value == "":
            return None
    return Request.of({**said, **lists, "allow": (), "reason": None})


def _one(word: str, left: Iterator[str]) -> tuple[str, bool | str]:
    """A name and its value, which is empty where click has to look."""
    if word in FLAGS:
        return FLAGS[word]
    if word in VALUES:
        return VALUES[word], _value(next(left, ""))
    return "target", _value(word)


def _value(word: str) -> str:
    """The word, unless it may be an option."""
    return "" if word.startswith("-") else word
