"""A read-only query that safesql wrote itself; only this package makes them."""

from __future__ import annotations

from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Probe:
    """``text`` has no terminator; ``purpose`` says in a few words what it is for; ``seconds`` limits its time."""

    text: str
    purpose: str
    seconds: float | None = None
