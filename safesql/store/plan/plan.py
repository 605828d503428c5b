"""A plan as data: what the statements of some files would do at one target, as it was found when it was made."""

from __future__ import annotations

from safesql.slotted import dataclass, field

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table; None where they are not known, and ``reason`` says why.

    ``cascade`` is true of rows that foreign keys reach, ``estimate`` where they were not counted one by one, ``among``
    of rows that are counted elsewhere as well. ``how`` is a word for people, such as "by ON DELETE CASCADE".
    """

    table: str
    rows: int | None = None
    of: int | None = None
    estimate: bool = False
    cascade: bool = False
    among: bool = False
    how: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found, and what the policy does about it: confirm, type or block."""

    rule: str
    action: str
    message: str


@dataclass(frozen=True, slots=True)
class Step:
    """One statement: ``at`` is file and line, ``sql`` its lines, without secrets, ``sha256`` of its whole text.

    ``fires`` is true where triggers may touch rows that no count knows of. ``expected`` rows are what a comment of
    the script tells. ``undo`` says why it could not be taken back, or nothing. ``tried`` is what a trial really touched
    in all, ``affected`` the statement's own rows in it.
    """

    number: int
    at: str
    sql: tuple[str, ...]
    sha256: str
    verdict: str
    changes: bool = False
    answered: bool = False            # a comment of the script answers what the policy asks
    found: tuple[Found, ...] = ()
    rows: tuple[Rows, ...] = ()
    fires: bool = False
    expected: int | None = None
    affected: int | None = None
    tried: tuple[Rows, ...] = ()
    tables: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    undo: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One file that statements come from: its path from the plan's folder, and the digest of its bytes."""

    path: str
    sha256: str
    included: bool = False            # by another one, which runs it


@dataclass(frozen=True, slots=True)
class Shape:
    """Digests of a table's definition by aspect; ``kind`` is table, view or the like."""

    table: str
    kind: str
    columns: str = ""
    constraints: str = ""
    references: str = ""              # foreign keys to other tables
    referenced: str = ""              # foreign keys of other tables to this one
    indexes: str = ""
    triggers: str = ""                # with the bodies they run
    rules: str = ""                   # and policies of rows, and the query of a view
    storage: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is to run, as the server itself says it; ``label`` is how people name it, without a password."""

    profile: str
    label: str
    environment: str
    product: str
    identity: str
    database: str
    database_id: str
    timeline: str
    role: str
    dialect: str
    modes: tuple[str, ...] = ()
    path: tuple[str, ...] = ()        # schemas in which names are looked for


@dataclass(frozen=True, slots=True)
class Plan:
    """``author`` made it, as ``user`` of the system; times are UTC in ISO 8601. ``tolerance`` is "5%" or "10"."""

    author: str
    user: str
    made: str
    expires: str
    target: Place
    tolerance: str = "0"
    single_transaction: bool = False
    trial: bool = False
    files: tuple[File, ...] = ()
    segments: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    shapes: tuple[Shape, ...] = ()
    format: int = field(default=FORMAT)
