"""What may be known beyond the text of a statement; the defaults are what is known without a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from safesql.guard.memory import Memory


@dataclass(frozen=True, slots=True)
class Facts:
    """``None`` means unknown. Facts can only sharpen a verdict that the text leaves open."""

    in_transaction: bool | None = None
    read_only_profile: bool = False            # the profile says: reads only
    wants_primary: bool = False                # the profile says: role = "primary"
    replica: bool | None = None                # the server says it is one
    protected_tables: tuple[str, ...] = ()     # patterns, as in the profile's policy
    matched_rows: int | None = None            # rows the statement would touch, when they were counted
    max_rows: int | None = None                # the policy's limits on them
    confirm_rows: int | None = None
    memory: Memory = field(default_factory=Memory)    # what earlier statements of the session left behind
