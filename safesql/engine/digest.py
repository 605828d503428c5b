"""The digest of a script: of all its text in the order in which it is read, with the files that it includes."""

from __future__ import annotations

from hashlib import sha256


class Digest:
    """Grows as a script is read."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found = sha256()

    def add(self, chunk: str) -> None:
        """The next piece of the text."""
        self._found.update(chunk.encode("utf-8", "surrogatepass"))

    def __str__(self) -> str:
        """SHA-256 in hexadecimal digits."""
        return self._found.hexdigest()
