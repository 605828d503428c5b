"""What stands behind names in SQLite; https://www.sqlite.org/schematab.html, https://www.sqlite.org/pragma.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from safesql.guard.behind import Asked, Body, Fired, Found, Reference, Sort
from safesql.guard.calls import called
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.body import defined, opaque
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_name, quote_string

SECONDS = 3.0
NOCASE = "COLLATE NOCASE"
ALWAYS = ("main", "temp")


def places(dialect: Dialect) -> Probe | None:
    """The databases that are attached."""
    del dialect
    return Probe("SELECT name FROM pragma_database_list", "which databases are attached", SECONDS)


def behind(asked: Sequence[Asked], places: Sequence[str], dialect: Dialect) -> Probe:
    """One question about all names; a temporary trigger may watch the tables of any database."""
    parts = [
        part
        for number, each in enumerate(asked)
        for schema in _schemas(each, places)
        for part in _about(number, each, schema, dialect)
    ]
    text = " UNION ALL ".join(parts) or "SELECT NULL, NULL, NULL, NULL, NULL, NULL WHERE 0"
    return Probe(text, "what stands behind the names", SECONDS)


def found(asked: Sequence[Asked], rows: Iterable[Row], dialect: Dialect) -> Mapping[Asked, Found]:
    """The answer by name."""
    answers = [_Answer() for _ in asked]
    for number, what, *rest in rows:
        cells = ["" if cell is None else str(cell) for cell in rest]
        answers[int(str(number))].add(str(what), cells, dialect)
    return {each: answer.found(each) for each, answer in zip(asked, answers, strict=True)}


@dataclass(slots=True)
class _Answer:
    """Collects the rows about one name."""

    fired: list[Fired] = field(default_factory=list)
    references: dict[tuple[Name, str, str], tuple[str, ...]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)

    def add(self, what: str, cells: list[str], dialect: Dialect) -> None:
        """One row: a trigger with its text, a column, or a column of a foreign key."""
        schema, name, text, more = cells
        match what:
            case "trigger":
                self.fired.extend(_triggers(schema, name, text, dialect))
            case "column":
                self.columns.setdefault(schema, set()).add(name)
            case _:
                on_delete, _, on_update = more.partition("/")
                key = Name((name,) if schema == "main" else (schema, name)), _action(on_delete), _action(on_update)
                self.references[key] = (*self.references.get(key, ()), *filter(None, (text,)))

    def found(self, asked: Asked) -> Found:
        """All of it; a view is written through its triggers alone, and of tables of one name the first one counts."""
        own = [asked.name.parts[-2].lower()] if len(asked.name.parts) > 1 else ["temp", "main", *self.columns]
        columns = next((names for place in own for at, names in self.columns.items() if at.lower() == place), set())
        references = tuple(Reference(*key, columns) for key, columns in self.references.items())
        return Found((), tuple(self.fired), references, (), frozenset(columns))


def _triggers(schema: str, name: str, text: str, dialect: Dialect) -> Iterable[Fired]:
    """The events of one trigger; what is not understood fires on all of them."""
    events = defined(text, dialect)
    path = () if schema == "temp" else (schema,)
    for event in events:
        yield Fired(frozenset({event.verb}), Body(f"trigger {name}", event.parts[0], called(text, dialect), path))
    if not events:
        yield Fired(frozenset({"INSERT", "UPDATE", "DELETE"}), opaque(f"trigger {name}", "it is not understood"))


def _schemas(asked: Asked, places: Sequence[str]) -> Iterable[str]:
    """The databases a name may stand for: a qualified one for that, and temporary triggers watch all."""
    if len(asked.name.parts) > 1:
        own = [place for place in places if place.lower() == asked.name.parts[-2].lower()]
        return dict.fromkeys([*own, *(place for place in places if place == "temp")])
    if asked.path:
        return dict.fromkeys([place for place in places if place in ("temp", *asked.path)])
    return dict.fromkeys([*ALWAYS, *places])


def _about(number: int, asked: Asked, schema: str, dialect: Dialect) -> Iterable[str]:
    """The questions about a name in one database."""
    table, quoted = _text(asked.name.parts[-1], dialect), quote_name(schema, dialect)
    at = _text(schema, dialect)
    if asked.sort is Sort.TABLE:
        yield (
            f"SELECT {number}, 'trigger', {at}, name, sql, '' FROM {quoted}.sqlite_master "
            f"WHERE type = 'trigger' AND tbl_name = {table} {NOCASE}"
        )
        yield f"SELECT {number}, 'column', {at}, name, '', '' FROM pragma_table_info({table}, {at})"
    elif asked.sort is Sort.REFERENCES:
        yield (
            f"SELECT {number}, 'reference', {at}, m.name, coalesce(f.\"to\", ''), f.on_delete || '/' || f.on_update "
            f"FROM {quoted}.sqlite_master m, pragma_foreign_key_list(m.name, {at}) f, pragma_foreign_keys k "
            f"WHERE k.foreign_keys = 1 AND m.type = 'table' AND f.\"table\" = {table} {NOCASE}"
        )


def _action(rule: str) -> str:
    """What a foreign key does, or nothing."""
    return "" if rule.upper() in ("RESTRICT", "NO ACTION", "") else rule.upper()


def _text(value: str, dialect: Dialect) -> str:
    """A literal; no name holds NUL."""
    return quote_string(value.replace("\x00", ""), dialect)
