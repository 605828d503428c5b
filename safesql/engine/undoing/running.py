"""The entry of the statement that runs now: what is known of its rows before and after."""

from __future__ import annotations

from safesql.engine.undoing.comparing import Tally
from safesql.engine.undoing.measure import Measured
from safesql.engine.undoing.outlook import Outlook
from safesql.result import Row
from safesql.slotted import dataclass, field


@dataclass(slots=True)
class Running:
    """``frames`` are table and rows of each frame of rows before; ``there`` are the keys that an INSERT met.

    ``last`` is the largest number before by table, ``spans`` the least and the largest key that was kept of it,
    ``moved`` are images of the keys that rows of a table will have, and ``held`` the numbers of PostgreSQL's
    transaction and savepoints that had written something before.
    """

    number: int
    outlook: Outlook
    own: bool                                     # whether its transaction is ours to commit
    before: Measured | None = None
    there: set[Row] = field(default_factory=set)
    last: dict[int, int] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    frames: list[tuple[int, int]] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    moved: dict[int, list[Row]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
