"""What a client sent and what came back, one message each."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchange:
    """``text`` as it was sent; ``rows`` of the first result, a None for NULL; ``data`` that were copied to the server."""

    text: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    tag: str = ""
    code: str = ""                 # SQLSTATE, empty when it went well
    message: str = ""
    copied: bool = False           # the server asked for data
    data: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class Counted:
    """One script compared: statements of the client, those that we found too, and what differs, by line."""

    name: str
    theirs: int = 0
    found: int = 0
    extra: int = 0
    differences: list[tuple[int, str]] = field(default_factory=list)
    unread: str = ""               # why it was not compared

    @property
    def exact(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not self.unread
