r"""``\when``: the time and the place in the server's log just before a statement, for point-in-time recovery."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from safesql.commands.shell import Shell
from safesql.errors import UsageError
from safesql.formats.visible import visible

NAMES = ("when",)
USAGE = r"\when [ID]"
SUMMARY = "where the server's log stood before a destructive statement, and how to restore to it"
SHOWN = 10                 # without an ID: the newest ones, listed above the last


def run(shell: Shell, argument: str) -> None:
    """The last one of this target, or the one with this id of the audit log or number of the undo journal."""
    from safesql.engine.recovery import hints

    word = argument.strip().rstrip(";").strip()
    found = list(_noted(shell))
    chosen = _chosen(shell, found, word)
    lines = [] if word else [_line(fields) for fields in found[-SHOWN:-1]]
    lines.append(_line(chosen))
    lines.extend(f"  {name.replace('_', ' ')}: {value}" for name, value in chosen["marks"].items())
    session = shell.session
    lines.extend(hints(chosen["marks"], session.connection.dialect.family, session.profile.target.host or ""))
    shell.page("".join(visible(line) + "\n" for line in lines))


def _noted(shell: Shell) -> Iterator[dict[str, Any]]:
    """The intents of this target that have marks, oldest first."""
    from safesql.store.trail import records

    session = shell.session
    session.audit.flush()
    label, identity = session.profile.target.label, session.connection.server.identity
    for fields in records(session.audit.path):
        mine = fields.get("target") == label and fields.get("identity", "") == identity
        if fields.get("event") == "intent" and mine and isinstance(fields.get("marks"), dict):
            yield fields


def _chosen(shell: Shell, found: list[dict[str, Any]], word: str) -> dict[str, Any]:
    """The one that was asked for; raises UsageError when there is none, or more than one."""
    if not found:
        raise UsageError("nothing destructive was sent to this target yet, so nothing was noted")
    if not word:
        return found[-1]
    if word.isdecimal() and (number := _of_journal(shell, found, int(word))) is not None:
        return number
    matching = [fields for fields in found if str(fields.get("id", "")).startswith(word.lower())]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise UsageError(f"{len(matching)} entries begin with {word}; type more of the id")
    raise UsageError(f"nothing was noted under {word}; \\when lists the newest, \\journal the numbers for undo")


def _of_journal(shell: Shell, found: list[dict[str, Any]], number: int) -> dict[str, Any] | None:
    """What was noted for an entry of the undo journal: the newest of the same statement before it was kept."""
    from safesql.engine.undoing.keeper import UndoKeeper
    from safesql.sql.redact import redact

    keeper = shell.session.keeper
    entry = keeper.journal.entries().get(number) if isinstance(keeper, UndoKeeper) else None
    if entry is None:
        return None
    same = [
        fields
        for fields in found
        if fields.get("statement") in (entry.statement, redact(entry.statement)) and _time(fields) <= entry.time
    ]
    return same[-1] if same else None


def _time(fields: dict[str, Any]) -> datetime:
    """When it was noted, by our clock."""
    return datetime.fromisoformat(str(fields["time"]))


def _line(fields: dict[str, Any]) -> str:
    """One line in a list."""
    statement = " ".join(str(fields["statement"]).split())[:80]
    return f"{fields['id']}  {fields['marks'].get('time', fields['time'])}  {statement}"
