"""The audit log: who meant to run what and why it was let through, and how it ended; one JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from safesql.errors import CannotRecord
from safesql.slotted import dataclass, field, names_of
from safesql.store.lines import Lines
from safesql.store.private import private_folder

NAME = "audit.jsonl"
LONGEST = 65_536           # characters of a statement that are kept


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """A yes: by whom, how (yes, typed, option, comment) and with which reason."""

    by: str
    how: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be decided or done; empty fields are left out of the line."""

    statement: str
    verdict: str
    rules: tuple[str, ...] = ()
    target: str = ""
    identity: str = ""                 # of the server: system_identifier, server_uuid
    os_user: str = ""
    db_user: str = ""
    profile: str = ""
    environment: str = ""
    file: str = ""
    line: int | None = None
    answer: AnsweredBy | None = None
    rows: int | None = None            # as counted before
    server_time: str = ""
    link: str = ""                     # of a connection that others could read or answer on: in which way
    marks: Mapping[str, str] = field(default_factory=dict)      # where the server's log stood before


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended: done, failed, refused, declined, staged, unknown; ``seconds`` as measured by the client."""

    outcome: str
    rows: int | None = None
    seconds: float | None = None
    code: str = ""                     # SQLSTATE or the server's error name
    error: str = ""
    server_time: str = ""


NAMES = {kind: names_of(kind) for kind in (Intent, Outcome)}


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class AuditLog:
    """Appends to one file; several processes may. Every line holds the hash of the one before it."""

    path: Path
    clock: Callable[[], datetime] = now
    _lines: Lines | None = field(default=None, repr=False)
    _waiting: list[tuple[Callable[[str], bytes], bool]] | None = field(default=None, repr=False)
    _owed: bool = field(default=False, repr=False)

    @classmethod
    def of(cls, folder: Path) -> AuditLog:
        """The log in a state folder, which is made private; raises CannotRecord when it cannot be."""
        return cls(private_folder(folder) / NAME)

    def intent(self, intent: Intent, *, durable: bool = True, owed: bool = False) -> str:
        """Write down what is about to happen and return its id; raises CannotRecord, and then nothing may happen.

        Where it is ``owed``, whoever sends the statement sees to it that it is on disk: ``pay``, or ``paying``.
        """
        record = os.urandom(8).hex()
        self._append("intent", record, _told(intent), durable=durable and not owed)
        self._owed = self._owed or (durable and owed)
        return record

    def outcome(self, record: str, outcome: Outcome, *, durable: bool = True) -> None:
        """Write down how it ended; raises CannotRecord."""
        self._append("outcome", record, _told(outcome), durable=durable)

    def flush(self) -> None:
        """Everything recorded so far is on disk when this returns; raises CannotRecord."""
        if self._lines is not None:
            self._lines.flush()
        self._owed = False

    def pay(self) -> None:
        """What is owed is on disk when this returns; raises CannotRecord."""
        if self._owed:
            self.flush()

    @contextmanager
    def paying(self) -> Generator[None, None, None]:
        """The same at the end, and meanwhile what is done inside: two files reach a disk in the time of one."""
        if not self._owed:
            yield
            return
        failed: list[CannotRecord] = []
        beside = Thread(target=self._try_to_flush, args=(failed,), daemon=True)
        beside.start()
        try:
            yield
        finally:
            beside.join()
        if failed:
            raise failed[0]

    def close(self) -> None:
        """Let go of the file."""
        if self._lines is not None:
            self._lines.close()

    @contextmanager
    def gathered(self) -> Generator[None, None, None]:
        """What is recorded inside is written at one stroke at the end, and on disk then if any of it is to be.

        Raises CannotRecord at the end; nothing that is recorded inside may happen before.
        """
        self._waiting = []
        try:
            yield
            waiting = self._waiting
        finally:
            self._waiting = None
        if waiting:
            self._file().append_all([line for line, _ in waiting], durable=any(durable for _, durable in waiting))

    def _try_to_flush(self, failed: list[CannotRecord]) -> None:
        """In a thread of its own, which raises nothing."""
        try:
            self.flush()
        except CannotRecord as error:
            failed.append(error)

    def _file(self) -> Lines:
        """The file, made when it is first needed."""
        if self._lines is None:
            self._lines = Lines(self.path)
        return self._lines

    def _append(self, event: str, record: str, told: Mapping[str, Any], *, durable: bool) -> None:
        """One line."""
        time = self.clock().isoformat(timespec="milliseconds")

        def line(previous: str) -> bytes:
            return json.dumps({"event": event, "id": record, "time": time, **told, "prev": previous}).encode()

        if self._waiting is not None:
            self._waiting.append((line, durable))
        else:
            self._file().append_all((line,), durable=durable)


def _told(of: Intent | Outcome) -> dict[str, Any]:
    """The fields that say something, secrets redacted, the duration in milliseconds."""
    from safesql.sql.redact import redact

    values = ((name, getattr(of, name)) for name in NAMES[type(of)])
    told = {name: value for name, value in values if value or value == 0}
    for name in ("statement", "error"):
        if name in told:
            told.update(_kept(name, told[name]))
    if "seconds" in told:
        told["duration_ms"] = round(told.pop("seconds") * 1000, 3)
    if isinstance(told.get("answer"), AnsweredBy):
        answer = told["answer"]
        told["answer"] = {"by": answer.by, "how": answer.how, "reason": redact(answer.reason)}
    return told


def _kept(name: str, text: str) -> dict[str, Any]:
    """The beginning of a text, redacted; with its whole length when that is not all of it."""
    from safesql.sql.redact import redact

    if len(text) <= LONGEST:
        return {name: redact(text)}
    return {name: redact(text[:LONGEST]), f"{name}_length": len(text)}
