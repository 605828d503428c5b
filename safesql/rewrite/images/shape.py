"""A table as far as its rows can be restored: columns, key, and what stands in the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from safesql.guard.effect import Name
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` is how it is read and written, in the words of ``cells``; ``generated`` is never written.

    ``hidden`` is one that an INSERT without a list of columns passes over.
    """

    name: str
    type: str = ""
    kind: str = ""
    generated: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """``key`` are columns that tell rows apart, declared and never NULL, or SQLite's rowid; empty: there are none.

    ``counted`` is a key column that numbers itself. ``uniques`` are all sets of columns that no two rows share.
    ``odd`` are unique indexes and exclusions that compare other things than whole columns, by name, with the columns
    that they are made from; none: any. ``blank`` are columns that are NULL where a row does not give them.
    ``triggers`` have a name and the events they listen to: INSERT, UPDATE, DELETE.
    ``hindrance`` is a sentence when rows of this table cannot be restored exactly, whatever the statement.
    """

    name: Name
    columns: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    counted: str = ""
    identity: bool = False
    hindrance: str = ""
    partition_of: Name | None = None
    required: tuple[str, ...] = ()
    triggers: tuple[tuple[str, frozenset[str]], ...] = ()
    blank: tuple[str, ...] = ()
    odd: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stored: tuple[Column, ...] = field(init=False, repr=False, compare=False)     # what is read and written back
    key_at: tuple[int, ...] = field(init=False, repr=False, compare=False)        # where the key stands among them

    @property
    def root(self) -> Name:
        """The table that it is a partition of, or itself."""
        return self.partition_of or self.name

    def __post_init__(self) -> None:
        """What every row needs is worked out once."""
        stored = tuple(column for column in self.columns if not column.generated)
        names = [column.name for column in stored]
        object.__setattr__(self, "stored", stored)
        object.__setattr__(self, "key_at", tuple(names.index(name) for name in self.key))

    def fires(self, events: Iterable[str]) -> str:
        """A sentence when a trigger listens to one of these, else nothing."""
        name = next((name for name, heard in self.triggers if not heard.isdisjoint(events)), None)
        return "" if name is None else f"the trigger {name} of {self.name} may change more than the rows themselves"

    def quoted(self, dialect: Dialect) -> str:
        """The table's name as the server takes it back."""
        return ".".join(quote_name(part, dialect) for part in self.name.parts)

    def data(self) -> dict[str, Any]:
        """As plain data for the journal."""
        return {
            "name": list(self.name.parts),
            "columns": [[column.name, column.type, column.kind, column.generated] for column in self.columns],
            "key": list(self.key),
            "uniques": [list(unique) for unique in self.uniques],
            "counted": self.counted,
            "identity": self.identity,
            "required": list(self.required),
            "odd": [[name, list(columns)] for name, columns in self.odd],
        }


def shape_of(data: Mapping[str, Any]) -> Shape:
    """A shape from the journal."""
    return Shape(
        name=Name(tuple(data["name"])),
        columns=tuple(Column(*column) for column in data["columns"]),
        key=tuple(data["key"]),
        uniques=tuple(tuple(unique) for unique in data["uniques"]),
        counted=data["counted"],
        identity=data["identity"],
        required=tuple(data["required"]),
        odd=tuple((name, tuple(columns)) for name, columns in data.get("odd", ())),
    )


@dataclass(slots=True)
class Draft:
    """A shape while the rows of a catalog are read; ``finished`` makes it one."""

    name: Name
    columns: list[Column] = field(default_factory=list)
    primary: list[str] = field(default_factory=list)
    uniques: dict[str, list[str]] = field(default_factory=dict)
    unsafe: set[str] = field(default_factory=set)          # unique indexes that cannot tell all rows apart
    nullable: set[str] = field(default_factory=set)
    odd: dict[str, str] = field(default_factory=dict)      # indexes over other things, and the text that says which
    formulas: dict[str, str] = field(default_factory=dict)                 # what generated columns are made from
    defaults: set[str] = field(default_factory=set)        # columns with a DEFAULT of their own
    counted: str = ""
    identity: bool = False
    hindrances: list[str] = field(default_factory=list)
    triggers: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    partition_of: Name | None = None

    def finished(self) -> Shape:
        """The shape, with the best key there is."""
        stored = {column.name for column in self.columns if not column.generated}
        whole = [tuple(names) for index, names in self.uniques.items() if index not in self.unsafe]
        keys = [names for names in whole if stored.issuperset(names) and not self.nullable & set(names)]
        primary = [tuple(self.primary)] if self.primary and stored.issuperset(self.primary) else []
        best = [*primary, *sorted(keys, key=len)]
        if not best:
            self.hindrances.append(f"{self.name} has no primary key and no unique key without NULL")
        return Shape(
            self.name,
            tuple(self.columns),
            best[0] if best else (),
            tuple(dict.fromkeys((*primary, *(tuple(names) for names in self.uniques.values() if names)))),
            self.counted,
            self.identity,
            self.hindrances[0] if self.hindrances else "",
            self.partition_of,
            tuple(column.name for column in self.columns if column.name not in self.nullable),
            tuple(self.triggers),
            tuple(sorted(stored & self.nullable - self.defaults - {self.counted, *self.primary})),
            tuple(self._odd(stored)),
        )

    def _odd(self, stored: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The odd indexes; a column whose name the text has anywhere is taken for one that it is made from."""
        texts = dict(self.odd)
        for index, names in self.uniques.items():
            made = [name for name in names if name not in stored]
            if index not in texts and made:
                texts[index] = " ".join(names)
        for index, text in texts.items():
            yield index, self._made_from(index, text, stored) if text else ()

    def _made_from(self, index: str, text: str, stored: set[str]) -> tuple[str, ...]:
        """The stored columns behind an odd index; none where a generated one is among them that says nothing."""
        waiting = [name for name in self.uniques.get(index, ()) if name != "None"]
        found: list[str] = []
        while text or waiting:
            named = [column.name for column in self.columns if text and _says(text, column.name)]
            fresh = [name for name in dict.fromkeys((*named, *waiting)) if name not in found]
            found += fresh
            made = [name for name in fresh if name not in stored]
            if any(name not in self.formulas for name in made):
                return ()
            text, waiting = " ".join(self.formulas[name] for name in made), []
        return tuple(name for name in found if name in stored)


def _says(text: str, name: str) -> bool:
    """Whether the text of an expression has a name somewhere, however it is quoted."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.replace('""', '"'), re.IGNORECASE) is not None
