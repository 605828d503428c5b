"""``safesql config init``: few questions, and a commented config file with the first profile."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from safesql.cli.config_import import add
from safesql.cli.first_start import TEXT
from safesql.cli.say import say
from safesql.config.document import Document
from safesql.config.files import Places
from safesql.config.layer import checked
from safesql.config.load import load
from safesql.config.target import target_of
from safesql.config.url import looks_like_url, parse_url
from safesql.errors import Declined, UsageError
from safesql.guard.action import Environment

Asks = Callable[[str, str], str]
"""Asks a question with the answer that Enter gives."""

HEAD = """\
# safesql's configuration; safesql config check reads it, safesql config schema is for editors.
# Every setting: README, "Configuration". Of policy the stricter of all files counts.
default_profile = {name}

[ui]
keybindings = {keys}          # or {other}
"""
PROFILE = """
[profiles.{name}]
{place}
environment = {environment}    # production, staging or development: what its policy begins with
"""
POLICY = """
[profiles.{name}.policy]
confirm_rows = 100             # more rows than these: asked, with the count
# max_rows = 10000             # more: refused, and rolled back if it happened
# protected_tables = ["billing"]
# undo = "required"            # nothing that cannot be taken back
"""


def begun(places: Places, ask: Asks) -> int:
    """Ask, and write the user's file; raises UsageError when it is there already or nobody is there to ask."""
    file = places.config or places.user
    if file.exists() and file.read_text("utf-8", "replace") != TEXT:
        raise UsageError(f"{file} is there already; edit it, or add profiles with safesql config import --write")
    name = ask("name of the first profile", "dev")
    place = _place(ask("its URL, such as postgresql://app@db.example.com/billing, or a SQLite file", ""), places)
    guess = "development" if "path" in place or "localhost" in place else "production"
    environment = ask("environment (production, staging, development)", guess)
    if environment not in [each.word for each in Environment]:
        raise UsageError(f"{environment!r} is none of production, staging, development")
    keys = ask("keys (emacs, vi)", "emacs")
    if keys not in ("emacs", "vi"):
        raise UsageError(f"{keys!r} is neither emacs nor vi")
    text = _text(name, place, environment, keys)
    wrong = checked(Document(file, tomllib.loads(text), {}, private=True)).findings
    if wrong:
        raise UsageError(f"nothing was written: {wrong[0].sentence}")
    add(file, [text])
    load(places)
    say(f"{file} was written; safesql {name} connects")
    return 0


def asked(question: str, usual: str) -> str:
    """A line from the terminal; raises UsageError without one, Declined at its end."""
    if not sys.stdin.isatty():
        raise UsageError("config init asks at a terminal; in a script write the file, or use config import --write")
    sys.stderr.write(f"{question}{f' [{usual}]' if usual else ''}: ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise Declined("nothing was written")
    return line.strip() or usual


def _place(text: str, places: Places) -> str:
    """The setting that leads there; raises UsageError for what leads nowhere, or holds a password."""
    if looks_like_url(text):
        if parse_url(text).holds_password:
            raise UsageError("a password does not belong into the file; leave it out, it is asked for when needed")
        target_of(text, places.environ)
        return f"url = {json.dumps(text, ensure_ascii=False)}"
    if not text:
        raise UsageError("a profile needs a URL or a file")
    path = Path(os.path.expanduser(text)).absolute()  # noqa: PTH111 - Path.expanduser raises for unknown users
    return f'dialect = "sqlite"\npath = {json.dumps(str(path), ensure_ascii=False)}'


def _text(name: str, place: str, environment: str, keys: str) -> str:
    """The file."""
    other = "emacs" if keys == "vi" else "vi"
    quoted = {"keys": json.dumps(keys), "other": json.dumps(other), "environment": json.dumps(environment)}
    head = HEAD.format(name=json.dumps(name, ensure_ascii=False), **quoted)
    key = name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else json.dumps(name)
    return head + PROFILE.format(name=key, place=place, **quoted) + POLICY.format(name=key)
