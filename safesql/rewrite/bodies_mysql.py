"""What stands behind names in MySQL and MariaDB; https://mariadb.com/kb/en/information-schema-tables/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from safesql.guard.behind import Asked, Body, Fired, Found, Reference, Sort
from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.body import body_of, opaque, tables_of
from safesql.rewrite.probe import Probe
from safesql.slotted import dataclass, field
from safesql.sql.dialect import Dialect, Mode
from safesql.sql.quoting import quote_string

SECONDS = 3.0
MODES = {mode.value: mode for mode in Mode if mode.value.isupper()} | {
    "STRICT_TRANS_TABLES": Mode.STRICT, "STRICT_ALL_TABLES": Mode.STRICT,
}
_REFERENCES = (
    "SELECT {n}, 'reference', k.table_schema, k.table_name, k.referenced_column_name, r.delete_rule, r.update_rule "
    "FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r "
    "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name "
    "AND r.table_name = k.table_name WHERE k.table_schema = {s} AND k.referenced_table_schema = {s} "
    "AND k.referenced_table_name = {t}"
)
"""Keys of other databases are left out, for which the server would open every table it has."""
_TRIGGERS = (
    "SELECT {n}, 'trigger', event_object_schema, trigger_name, event_manipulation, action_statement, sql_mode "
    "FROM information_schema.triggers WHERE event_object_schema = {s} AND event_object_table = {t}"
)
_VIEWS = (
    "SELECT {n}, 'view', table_schema, table_name, '', view_definition, '' FROM information_schema.views "
    "WHERE table_schema = {s} AND table_name = {t} AND is_updatable = 'YES'"
)
_ROUTINES = (
    "SELECT {n}, 'routine', routine_schema, routine_name, routine_type, routine_definition, sql_mode "
    "FROM information_schema.routines WHERE routine_schema = {s} AND routine_name = {t}"
)
ABOUT = {Sort.ROUTINE: (_ROUTINES,), Sort.TABLE: (_TRIGGERS, _VIEWS), Sort.REFERENCES: (_REFERENCES,)}


def places(dialect: Dialect) -> Probe | None:
    """The other question knows the current database."""
    del dialect
    return None


def behind(asked: Sequence[Asked], places: Sequence[str], dialect: Dialect) -> Probe:
    """One question about all names; each by equality, so that the server opens only what it must."""
    del places
    text = " UNION ALL ".join(
        part.format(n=number, s=_schema(each, dialect), t=_text(each.name.parts[-1], dialect))
        for number, each in enumerate(asked)
        for part in ABOUT[each.sort]
    )
    return Probe(text, "what stands behind the names", SECONDS)


def found(asked: Sequence[Asked], rows: Iterable[Row], dialect: Dialect) -> Mapping[Asked, Found]:
    """The answer by name."""
    answers = [_Answer() for _ in asked]
    for number, what, *rest in rows:
        cells = ["" if cell is None else str(cell) for cell in rest[:3]]
        text, mode = (None if cell is None else str(cell) for cell in rest[3:])
        answers[int(str(number))].add(str(what), cells, text, mode or "", dialect)
    return {each: answer.found() for each, answer in zip(asked, answers, strict=True)}


@dataclass(slots=True)
class _Answer:
    """Collects the rows about one name."""

    bodies: list[Body] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    references: dict[tuple[Name, str, str], tuple[str, ...]] = field(default_factory=dict)
    written: list[Name] = field(default_factory=list)

    def add(self, what: str, cells: list[str], text: str | None, mode: str, dialect: Dialect) -> None:
        """One row; ``mode`` is the sql_mode under which a body was defined and runs."""
        schema, name, detail = cells
        as_defined = dialect.with_modes(*(MODES[word] for word in mode.upper().split(",") if word in MODES))
        match what:
            case "routine":
                self.bodies.append(_body(f"{name}()", text, schema, as_defined))
            case "trigger":
                body = _body(f"trigger {name}", text, schema, as_defined)
                self.fired.append(Fired(frozenset({detail.upper()}), body))
            case "view":
                self.written.extend(tables_of(text or "", dialect))
            case _:
                key = Name((schema, name)), _action(text or ""), _action(mode)
                self.references[key] = (*self.references.get(key, ()), detail)

    def found(self) -> Found:
        """All of it."""
        references = tuple(Reference(*key, columns) for key, columns in self.references.items())
        return Found(tuple(self.bodies), tuple(self.fired), references, tuple(dict.fromkeys(self.written)))


def _body(label: str, text: str | None, schema: str, dialect: Dialect) -> Body:
    """A body; the server shows none to those who may only execute it."""
    if text is None:
        return opaque(label, "this account may not read its body")
    return body_of(label, text, dialect, (schema,))


def _action(rule: str) -> str:
    """What a foreign key does, or nothing."""
    return "" if rule.upper() in ("RESTRICT", "NO ACTION", "") else rule.upper()


def _schema(asked: Asked, dialect: Dialect) -> str:
    """The database in which a name is looked up: its own, that of the body it stands in, or the current one."""
    if len(asked.name.parts) > 1:
        return _text(asked.name.parts[-2], dialect)
    return _text(asked.path[0], dialect) if asked.path else "DATABASE()"


def _text(value: str, dialect: Dialect) -> str:
    """A literal, safe within ``format``; no name holds NUL."""
    return quote_string(value.replace("\x00", ""), dialect)
