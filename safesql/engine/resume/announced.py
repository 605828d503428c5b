"""A statement that is about to be sent, and how far its lines in the ledger are."""

from __future__ import annotations

from safesql.slotted import dataclass
from safesql.sql.dialects.sqlite import DIALECT
from safesql.sql.statement import Statement

END = Statement("", DIALECT)
"""The COMMIT of -1, which stands in no script."""


@dataclass(slots=True)
class Announced:
    """A statement that is about to be sent; ``lasts`` once that is known, ``written`` once its line is."""

    statement: Statement
    number: int
    digest: str
    lasts: bool = False
    together: bool = False              # sent with others, so that its line is written with theirs
    written: bool = False
    variables: dict[str, str | None] | None = None
