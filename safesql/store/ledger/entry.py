"""One line of a ledger: a checksum, a sign for what happened, the statement's number, and what belongs to it."""

from __future__ import annotations

import json
import zlib
from enum import Enum
from hashlib import blake2b
from typing import Any

from safesql.slotted import dataclass, field

SUM = 8                    # hexadecimal digits of a line's CRC-32, and a blank behind them


class Sign(Enum):
    """What a line tells."""

    RUN = "run"                # a run begins, or goes on: who runs what, where
    STARTED = "started"        # on disk before a statement is sent that may last
    SENT = "sent"              # of those that started together and are sent in turn, this one is next; never synced
    WITNESS = "witness"        # what the server can be asked about the transaction that is about to be committed
    DONE = "done"
    FAILED = "failed"
    NOT_RUN = "not-run"        # it had started together with another one that failed, and was taken back
    SET = "set"                # psql's variables that a query gave a value
    SETTLED = "settled"        # what was found out later about a statement that had only started
    COMPLETE = "complete"
    STOPPED = "stopped"        # the run ended early, and what was open is rolled back

    __hash__ = object.__hash__


class After(Enum):
    """The transaction after a statement."""

    IDLE = "idle"              # none is open: all that came before is settled
    OPEN = "open"
    KEPT = "kept"              # it failed, but the server had committed what was open before it
    ANEW = "anew"              # it committed what was open, and is the beginning of the next one: BEGIN on MySQL
    CHAINED = "chained"        # it ended what was open, and another one is open at once: AND CHAIN

    __hash__ = object.__hash__


_SIGNS = {sign.value: sign for sign in Sign}
_AFTER = {after.value: after for after in After}


@dataclass(frozen=True, slots=True)
class Entry:
    """``number`` counts the script's statements from 1, ``text_digest`` is of its text, ``rows`` what it touched.

    ``again`` says of a failed one that the run stopped at it, so that it is to be repeated; ``mark`` is what the server
    knows its last commit by; ``told`` is what else there is to say.
    """

    sign: Sign
    number: int = 0
    text_digest: str = ""
    after: After = After.IDLE
    rows: int | None = None
    again: bool = False
    mark: str = ""
    told: dict[str, Any] = field(default_factory=dict)


def text_digest(text: str) -> str:
    """A statement's text in 16 hexadecimal digits, enough to tell two of one script apart."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def line(entry: Entry) -> bytes:
    """An entry as a line."""
    rows = "-" if entry.rows is None else str(entry.rows)
    text = f"{entry.sign.value} {entry.number} {entry.text_digest or '-'} {entry.after.value} {rows}"
    if entry.again or entry.mark or entry.told:
        more: dict[str, Any] = {"again": True} if entry.again else {}
        more |= {"mark": entry.mark} if entry.mark else {}
        text += " " + json.dumps({**more, **entry.told}, ensure_ascii=True, separators=(",", ":"))
    return summed(text.encode())


def done_line(number: int, digest: str, after: str, rows: int | None) -> bytes:
    """The line of most entries, made quickly: there may be millions."""
    text = b"done %d %s %s %s" % (
        number, digest.encode(), after.encode(), b"-" if rows is None else str(rows).encode()
    )  # fmt: skip
    return summed(text)


def summed(text: bytes) -> bytes:
    """Text behind its checksum, as a line."""
    return b"%08x %s\n" % (zlib.crc32(text), text)


def parsed(raw: bytes) -> Entry | None:
    """The entry of a line; None where its checksum does not hold."""
    if not raw.endswith(b"\n") or raw[SUM : SUM + 1] != b" ":
        return None
    text = raw[SUM + 1 : -1]
    if b"%08x" % zlib.crc32(text) != raw[:SUM]:
        return None
    sign, number, digest, after, rows, *more = text.decode().split(" ", 5)
    told = json.loads(more[0]) if more else {}
    return Entry(
        _SIGNS[sign], int(number), "" if digest == "-" else digest, _AFTER[after],
        None if rows == "-" else int(rows), bool(told.pop("again", False)), str(told.pop("mark", "")), told,
    )  # fmt: skip
