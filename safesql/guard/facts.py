"""What may be known beyond the text of a statement; the defaults are what is known without a connection."""

from __future__ import annotations

from safesql.guard.behind import Behind
from safesql.guard.foreseen import Foreseen
from safesql.guard.limits import Limits
from safesql.guard.memory import Memory
from safesql.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of one table that a statement would touch; ``percent`` of all its rows, None where that is not known."""

    table: str
    rows: int
    percent: float | None
    limits: Limits


@dataclass(frozen=True, slots=True)
class Facts:
    """``None`` means unknown. Facts can only sharpen a verdict that the text leaves open."""

    in_transaction: bool | None = None
    read_only_profile: bool = False            # the profile says: reads only
    wants_primary: bool = False                # the profile says: role = "primary"
    replica: bool | None = None                # the server says it is one
    pooled: bool = False                       # a pooler stands before the server
    role_changed: str = ""                     # a sentence, where it is no longer what it was when the session began
    protected_tables: tuple[str, ...] = ()     # patterns, as in the profile's policy
    matched_rows: int | None = None            # rows the statement would touch, when they were counted, of all tables
    max_rows: int | None = None                # the policy's limits on them
    confirm_rows: int | None = None
    counted: tuple[Counted, ...] = ()          # the same by table, with the policy's limits on each
    no_way_back: str = ""                      # a sentence, where a rollback would not restore everything
    no_undo: str = ""                          # why the undo journal could not take it back, where it should
    memory: Memory = field(default_factory=Memory)    # what earlier statements of the session left behind
    foreseen: tuple[Foreseen, ...] = ()        # what asking the server showed of this very statement
    frozen: str = ""                           # a sentence, in a time in which policy wants no changes
    behind: Behind | None = None               # what the catalog told about names; None without a connection
