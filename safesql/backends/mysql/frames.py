"""Packets out of the stream of bytes: three bytes of length, one that counts, and the packet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from safesql.result import Chunk, Row

LARGEST = 0xFFFFFF
"""A packet of this size goes on in the next one."""

READ = 1 << 17

Cut = Callable[[bytes, str, int], Row]
"""Cuts the cells of one row out of bytes, and the same bytes as Latin-1 text, from an index on."""


class Gone(Exception):
    """The connection is lost; ``str`` are the system's words."""


class Socket(Protocol):
    """What is needed of a socket, TLS or not."""

    def recv(self, size: int, /) -> bytes:
        """Some bytes; none when the other side has left."""
        ...


class Frames:
    """Reads ahead, so that rows cost no calls of their own."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._data = b""
        self._text = ""
        self._at = 0
        self._sequence = 0

    @property
    def idle(self) -> bool:
        """Whether all that came was read."""
        return self._at == len(self._data)

    @property
    def sequence(self) -> int:
        """The number that the next packet must have, whoever sends it."""
        return self._sequence

    def expect(self, sequence: int) -> None:
        """The number of the next packet."""
        self._sequence = sequence & 0xFF

    def packet(self) -> bytes:
        """One packet, however many pieces it comes in. Raises Gone."""
        pieces = [self._piece()]
        while len(pieces[-1]) == LARGEST:
            pieces.append(self._piece())
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def rows(self, cut: Cut, most: int) -> tuple[Chunk, bytes | None]:
        """Up to so many rows, and the packet after the last one when it came. Raises Gone."""
        rows: Chunk = []
        while len(rows) < most:
            self._cut_what_is_here(rows, cut, most)
            if len(rows) == most:
                break
            packet = self.packet()
            if _no_row(packet[:1], len(packet)):
                return rows, packet
            rows.append(cut(packet, packet.decode("latin-1"), 0))
        return rows, None

    def _cut_what_is_here(self, rows: Chunk, cut: Cut, most: int) -> None:
        """The rows that lie whole in what was read ahead; stops before anything else."""
        data, text, at, sequence = self._data, self._text, self._at, self._sequence
        end = len(data) - 4
        wanted = most - len(rows)
        while wanted and at < end:
            size = data[at] | data[at + 1] << 8 | data[at + 2] << 16
            begin = at + 4
            if begin + size > end + 4 or size == LARGEST or data[at + 3] != sequence:
                break
            if data[begin] > 0xFD and _no_row(data[begin : begin + 1], size):
                break
            rows.append(cut(data, text, begin))
            at = begin + size
            sequence = (sequence + 1) & 0xFF
            wanted -= 1
        self._at, self._sequence = at, sequence

    def _piece(self) -> bytes:
        """One packet as it is framed."""
        frame = self._take(4)
        if frame[3] != self._sequence:
            raise Gone("its packets are out of order")
        self._sequence = (self._sequence + 1) & 0xFF
        return self._take(int.from_bytes(frame[:3], "little"))

    def _take(self, size: int) -> bytes:
        """Exactly so many bytes."""
        here = self._data[self._at : self._at + size]
        self._at += len(here)
        missing = size - len(here)
        if not missing:
            return here
        parts = [here]
        while missing > 0:
            parts.append(self._received())
            missing -= len(parts[-1])
        last = parts[-1]
        parts[-1] = last[: len(last) + missing]
        self._data, self._at = last, len(last) + missing
        self._text = last.decode("latin-1")
        return b"".join(parts)

    def _received(self) -> bytes:
        """What the network brings next."""
        try:
            data = self._socket.recv(READ)
        except (OSError, ValueError) as error:
            raise Gone(str(error)) from error
        if not data:
            raise Gone("the server closed it")
        return data


def _no_row(first: bytes, size: int) -> bool:
    """Whether a packet is an error or an end; a row may begin with the byte of an end, but is longer then."""
    return first == b"\xff" or (first == b"\xfe" and size < 9)
