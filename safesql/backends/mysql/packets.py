"""The server's packets taken apart; https://mariadb.com/kb/en/4-server-response-packets/."""

from __future__ import annotations

from enum import IntFlag
from struct import unpack_from

from safesql.backends.text import readable
from safesql.slotted import dataclass, field


class Status(IntFlag):
    """Bits of the session's state that come with every OK and EOF, and with no error."""

    IN_TRANSACTION = 0x0001
    AUTOCOMMIT = 0x0002
    MORE_RESULTS = 0x0008
    STATE_CHANGED = 0x4000


class Refusal(Exception):
    """An ERR packet: the server's number, SQLSTATE and words."""

    def __init__(self, number: int, state: str, message: str) -> None:
        super().__init__(message)
        self.number = number
        self.state = state
        self.message = message


@dataclass(frozen=True, slots=True)
class Done:
    """An OK or EOF packet; ``changed`` are the settings that the statement changed, ``schema`` the new database.

    ``reports`` is false for an EOF, which says that something was changed but not what. MariaDB 10.11 then keeps silent
    about the next change as well.
    """

    status: int
    warnings: int
    affected: int = 0
    info: str = ""
    changed: dict[str, str] = field(default_factory=dict)
    schema: str | None = None
    reports: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """A column as the server describes it."""

    name: str
    type: int
    charset: int
    flags: int


def refusal(data: bytes) -> Refusal:
    """An ERR packet."""
    (number,) = unpack_from("<H", data, 1)
    if data[3:4] == b"#":
        return Refusal(number, readable(data[4:9]), readable(data[9:]))
    return Refusal(number, "", readable(data[3:]))


def end(data: bytes) -> Done:
    """An EOF packet."""
    warnings, status = unpack_from("<HH", data, 1)
    return Done(status, warnings, reports=False)


def done(data: bytes, *, tracking: bool) -> Done:
    """An OK packet; ``tracking`` says that the server agreed to report changes of the session."""
    affected, at = number(data, 1)
    _, at = number(data, at)
    status, warnings = unpack_from("<HH", data, at)
    at += 4
    if not tracking:
        return Done(status, warnings, affected, readable(data[at:]))
    info, at = string(data, at) if at < len(data) else (b"", at)
    changed: dict[str, str] = {}
    schema = None
    if status & Status.STATE_CHANGED and at < len(data):
        block, _ = string(data, at)
        changed, schema = _changes(block)
    return Done(status, warnings, affected, readable(info), changed, schema)


def column(data: bytes, encoding: str) -> Field:
    """A column definition packet."""
    at = 0
    parts = []
    for _ in range(6):                         # catalog, database, table twice, column twice
        part, at = string(data, at)
        parts.append(part)
    charset, _, kind, flags = unpack_from("<HIBH", data, at + 1)
    return Field(readable(parts[4], encoding), kind, charset, flags)


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next thing begins."""
    first = data[at]
    if first < 0xFB:
        return first, at + 1
    size = {0xFC: 2, 0xFD: 3, 0xFE: 8}.get(first, 0)
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def string(data: bytes, at: int) -> tuple[bytes, int]:
    """A string with its length before it, and where the next thing begins."""
    size, at = number(data, at)
    return data[at : at + size], at + size


def _changes(block: bytes) -> tuple[dict[str, str], str | None]:
    """What a statement changed in its session: settings by name, and the database."""
    changed: dict[str, str] = {}
    schema = None
    at = 0
    while at < len(block):
        kind = block[at]
        entry, at = string(block, at + 1)
        inner = 0
        if kind == 0:
            while inner < len(entry):
                name, inner = string(entry, inner)
                value, inner = string(entry, inner)
                changed[readable(name)] = readable(value)
        elif kind == 1:
            schema = readable(string(entry, 0)[0])
    return changed, schema
