"""How a result is laid out, as data; who writes where is decided by the caller."""

from __future__ import annotations

from enum import Enum

from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect


class Expanded(Enum):
    """Whether a table becomes one block of lines for each row."""

    ON = "on"
    OFF = "off"
    AUTO = "auto"       # when the first rows are wider than the terminal


@dataclass(frozen=True, slots=True)
class Layout:
    """The defaults suit a terminal of unknown width; ``raw`` is for files and pipes only."""

    width: int | None = None                # columns of the terminal; None: as wide as the rows are
    raw: bool = False                       # csv tsv json jsonl: control characters as they are, not as escapes
    header: bool = True                     # names of the columns: table, csv, tsv
    footer: bool = True                     # "(3 rows)" below a table or vertical blocks
    color: bool = False                     # NULL dimmed, so that it differs from the text <null>
    null: str = "<null>"                    # table vertical markdown html; the others have a NULL of their own
    expanded: Expanded = Expanded.OFF       # table only
    max_binary: int | None = 256            # table and vertical: bytes shown of longer data, and their length
    table: str = "result"                   # insert: the name of the table to insert into, not yet quoted
    dialect: Dialect | None = None          # insert: whose literals; None: PostgreSQL's
