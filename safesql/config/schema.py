"""Which keys a configuration file may hold, and how the value of each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from safesql.config import freeze, look, settings
from safesql.config.keymap import keymap
from safesql.errors import UsageError
from safesql.guard.action import Action, Environment, Undo
from safesql.slotted import dataclass

LOCKED = frozenset({
    "read-only-profile", "replica-refuses-writes", "over-max-rows", "over-max-percent", "no-undo", "unterminated-input",
})  # fmt: skip
"""Rules that stand for something that a yes does not change."""

Reader = Callable[[Any], Any]
"""Takes a TOML value; returns what safesql works with, or raises ValueError saying what the value must be."""


def text(value: Any) -> str:
    """Text on one line."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("must be text, on one line and not empty")
    return value


def truth(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def number(value: Any) -> int:
    """A count of something."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number, 0 or more")
    return value


def port(value: Any) -> int:
    """A TCP port."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 65535:
        raise ValueError("must be a number from 1 to 65535")
    return value


def ssh_host(value: Any) -> str:
    """A host as ssh takes it: a name of its configuration, host, or user@host; never an option."""
    name = text(value)
    if name.startswith("-") or any(char.isspace() for char in name):
        raise ValueError("must be a host as ssh takes it, such as me@bastion.example.com")
    return name


def duration(value: Any) -> str:
    """A time as text; numbers are seconds."""
    written = f"{value}s" if isinstance(value, int | float) and not isinstance(value, bool) else value
    try:
        settings.duration(written if isinstance(written, str) else "", "it")
    except UsageError:
        raise ValueError('must be a time above zero such as "500ms", "10s" or "2m"') from None
    return str(written)


def tls(value: Any) -> str:
    """How the connection is protected."""
    try:
        return settings.tls(text(value))
    except UsageError:
        raise ValueError(f"must be one of {', '.join(settings.TLS)}") from None


def words(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word for word in value):
        raise ValueError('must be a list of texts, such as ["a", "b"]')
    if any("\0" in word for word in value):
        raise ValueError("must not hold a NUL")
    return tuple(value)


def argument_list(value: Any) -> tuple[str, ...]:
    """A program and its arguments."""
    try:
        return words(value)
    except ValueError:
        raise ValueError('must be a list, program first, such as ["pass", "show", "db"]; no shell reads it') from None


def statements(value: Any) -> tuple[str, ...]:
    """Statements that a session begins with."""
    try:
        return words(value)
    except ValueError:
        raise ValueError('must be a list of statements, such as ["SET search_path = app"]') from None


def statement(value: Any) -> str:
    """The text of a statement."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be the text of a statement")
    return value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A reader of one of these words."""

    known: tuple[str, ...]

    def __call__(self, value: Any) -> str:
        """The word; raises ValueError for any other."""
        if value not in self.known:
            raise ValueError(f"must be one of {', '.join(self.known)}")
        return str(value)


def windows(value: Any) -> tuple[str, ...]:
    """Times without changes."""
    found = words(value)
    for each in found:
        freeze.window(each)
    return found


def rules(value: Any) -> tuple[str, ...]:
    """Names of rules that judge by what a statement is, not by its rows; an empty list says that there are none."""
    from safesql.guard.rules import RULES

    known = {rule.name for rule in RULES} - LOCKED
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError('must be a list of rules, such as ["change-freeze", "truncate"]')
    for each in value:
        if each not in known:
            raise ValueError(f"names {each!r}, which is no rule that can be unlocked")
    return tuple(value)


def one_of(*known: str) -> Reader:
    """A reader of one of these words."""
    return OneOf(known)


def environment(value: Any) -> Environment:
    """Where a server stands in life."""
    known = {each.word: each for each in Environment}
    if not isinstance(value, str) or value not in known:
        raise ValueError("must be one of production, staging, development")
    return known[value]


def action(value: Any) -> Action:
    """What to do about a finding of a rule."""
    known = {each.word: each for each in Action}
    if not isinstance(value, str) or value not in known:
        raise ValueError("must be one of allow, confirm, type, block")
    return known[value]


def _password(value: Any) -> str:
    """Always wrong, and never repeated."""
    del value
    raise ValueError("does not belong in a file; use password_command, ~/.pgpass or ~/.my.cnf, or type it when asked")


def undo(value: Any) -> Undo:
    """What is demanded of the undo journal."""
    known = {each.word: each for each in Undo}
    if not isinstance(value, str) or value not in known:
        raise ValueError("must be one of required, when-possible, off")
    return known[value]


def percent(value: Any) -> float:
    """A part of a whole."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 100:
        raise ValueError("must be a number from 0 to 100")
    return float(value)


TOP: Mapping[str, Reader] = {
    "default_profile": text,
    "include": words,
    "config_signers": text,
    "allowed_signers": text,
}
UI: Mapping[str, Reader] = {
    "keybindings": one_of("vi", "emacs"),
    "pager": truth,
    "row_limit": number,
    "color": truth,
    "progress": truth,
    "keys": keymap,
    "prompt": look.template,
    "background": one_of("dark", "light"),
    "style": look.style,
    "plain": truth,
    "format": one_of("table", "vertical", "csv", "tsv", "json", "jsonl", "markdown", "html", "insert"),
}
PLACE: Mapping[str, Reader] = {
    "dialect": one_of("postgres", "mysql", "mariadb", "sqlite"),
    "host": text,
    "port": port,
    "socket": text,
    "path": text,
}
PROFILE: Mapping[str, Reader] = {
    "url": text,
    **PLACE,
    "user": text,
    "database": text,
    "environment": environment,
    "role": one_of("primary", "any"),
    "identity": text,
    "tls": tls,
    "tls_ca": text,
    "password": _password,
    "password_command": argument_list,
    "keyring": text,
    "init": statements,
    "connect_timeout": duration,
    "statement_timeout": duration,
    "lock_timeout": duration,
    "idle_in_transaction_timeout": duration,
    "read_only": truth,
    "autocommit": truth,
    "ask_after_idle": duration,
    "on_error_rollback": one_of("on", "interactive", "off"),
    "ssh_host": ssh_host,
    "ssh_port": port,
    "extends": text,
    "color": look.color,
}
ENVIRONMENT: Mapping[str, Reader] = {
    name: PROFILE[name]
    for name in (
        "read_only", "tls", "tls_ca", "connect_timeout", "statement_timeout", "lock_timeout",
        "idle_in_transaction_timeout", "color",
    )
}
"""What can be said for all profiles of an environment; each may say it otherwise."""
POLICY_TEST: Mapping[str, Reader] = {
    "statement": statement,
    "expect": action,
    "profile": text,
    "environment": environment,
    "dialect": one_of("postgres", "mysql", "mariadb", "sqlite"),
    "rules": words,
}
"""A statement, and the verdict that it must get under a profile, or in an environment without one."""
HOST: Mapping[str, Reader] = {
    "environment": environment,
    "color": look.color,
}
"""What can be said of all hosts whose names fit a pattern."""
TABLE: Mapping[str, Reader] = {
    "max_rows": number,
    "confirm_rows": number,
    "max_percent": percent,
}
"""The limits on rows; each may also be set for the tables that fit a pattern."""
LIMITS: Mapping[str, Reader] = {
    **TABLE,
    "protected_tables": words,
    "script_answers": truth,
    "freeze": windows,
    "unlock": rules,
    "undo": undo,
    "undo_max_rows": number,
    "undo_max_bytes": number,
    "undo_days": number,
    "undo_total_bytes": number,
    "approvals": number,
    "author_may_approve": truth,
}
"""The keys of a policy that are no rules."""


def policy_keys() -> dict[str, Reader]:
    """The keys of a policy: its limits, and an action for each rule there is."""
    from safesql.guard.rules import RULES

    return {**LIMITS, **{rule.name: action for rule in RULES}}
