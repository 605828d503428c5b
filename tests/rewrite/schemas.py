"""Random schemas with foreign keys, their rows, and statements on them, as text for each family of servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

REFUSING = ("NO ACTION", "RESTRICT")
ACTIONS = {
    "postgres": ("CASCADE", "SET NULL", "SET DEFAULT", *REFUSING),
    "mariadb": ("CASCADE", "SET NULL", *REFUSING),            # InnoDB has no SET DEFAULT
    "sqlite": ("CASCADE", "SET NULL", "SET DEFAULT", *REFUSING),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key of one table: one column, or two, to the key of another or the same table."""

    child: int
    parent: int
    number: int
    on_delete: str
    on_update: str

    def columns(self, *, composite: bool) -> tuple[str, ...]:
        return tuple(f"f{self.number}_{part}" for part in range(1 + composite))


@dataclass(frozen=True, slots=True)
class Schema:
    """``composite`` says of each table whether its key has two columns."""

    composite: tuple[bool, ...]
    keys: tuple[Key, ...]

    def key(self, table: int) -> tuple[str, ...]:
        return ("k_0", "k_1") if self.composite[table] else ("k_0",)

    def own(self, table: int) -> tuple[Key, ...]:
        return tuple(key for key in self.keys if key.child == table)

    def clause(self, key: Key) -> str:
        columns = ", ".join(key.columns(composite=self.composite[key.parent]))
        actions = f"ON DELETE {key.on_delete} ON UPDATE {key.on_update}"
        parent = ", ".join(self.key(key.parent))
        return f"FOREIGN KEY ({columns}) REFERENCES t{key.parent} ({parent}) {actions}"

    def tables(self, dialect: str) -> list[str]:
        """CREATE TABLE for all; the keys are inside for SQLite and follow for the others, for they may form circles."""
        found = []
        for table in range(len(self.composite)):
            parts = ["tag integer NOT NULL", "v integer", *(f"{name} integer NOT NULL" for name in self.key(table))]
            for key in self.own(table):
                parts += [f"{name} integer DEFAULT NULL" for name in key.columns(composite=self.composite[key.parent])]
            parts.append(f"PRIMARY KEY ({', '.join(self.key(table))})")
            parts += [self.clause(key) for key in self.own(table)] if dialect == "sqlite" else []
            found.append(f"CREATE TABLE t{table} ({', '.join(parts)})")
        if dialect != "sqlite":
            found += [f"ALTER TABLE t{key.child} ADD {self.clause(key)}" for key in self.keys]
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """A schema, its rows as statements, and one statement that is looked at."""

    schema: Schema
    rows: tuple[str, ...]
    statement: str
    target: str

    @property
    def deletes(self) -> bool:
        return "DELETE" in self.statement


def case(chance: Random, dialect: str) -> Case:
    """Tables with a few rows each, whose foreign keys lead to rows that are there, or nowhere."""
    count = chance.randint(1, 4)
    schema = Schema(tuple(chance.random() < 0.4 for _ in range(count)), tuple(_keys(chance, dialect, count)))
    sizes = [chance.randint(2, 6) for _ in range(count)]
    rows = [insert for each in range(count) for insert in _inserts(schema, each, sizes[each])]
    for key in schema.keys:
        rows += [_reference(chance, schema, key, row, sizes[key.parent]) for row in range(sizes[key.child])]
    target = chance.randrange(count)
    return Case(schema, tuple(filter(None, rows)), _statement(chance, schema, dialect, target), f"t{target}")


def _keys(chance: Random, dialect: str, count: int) -> Iterator[Key]:
    """Foreign keys between any of the tables; most of them act."""
    acts = ACTIONS[dialect][:-2] * 3 + REFUSING[: chance.randint(0, 1)]
    for number in range(chance.randint(1, 5)):
        yield Key(
            chance.randrange(count), chance.randrange(count), number, chance.choice(acts), chance.choice(acts)
        )  # fmt: skip


def _inserts(schema: Schema, table: int, size: int) -> list[str]:
    names = ", ".join(("tag", "v", *schema.key(table)))
    return [
        f"INSERT INTO t{table} ({names}) VALUES ({', '.join([str(row)] * (2 + len(schema.key(table))))})"
        for row in range(size)
    ]


def _reference(chance: Random, schema: Schema, key: Key, row: int, parents: int) -> str:
    """A row refers to one of the parent's, or stays without."""
    to = chance.randint(-1, parents - 1)
    if to < 0:
        return ""
    values = ", ".join(f"{name} = {to}" for name in key.columns(composite=schema.composite[key.parent]))
    return f"UPDATE t{key.child} SET {values} WHERE tag = {row}"


def _statement(chance: Random, schema: Schema, dialect: str, table: int) -> str:
    """DELETE or UPDATE of some rows, under an alias, with a subquery, in the order of the rows or joined."""
    row = chance.randint(0, 4)
    where = chance.choice([
        f"v = {row}", f"v > {row}", f"v <> {row} OR v IS NULL", f"k_0 IN (SELECT v FROM t0 WHERE v < {row})",
        "1 = 1", f"v BETWEEN 1 AND {row}",
    ])  # fmt: skip
    if chance.random() < 0.5:
        forms = [f"DELETE FROM t{table} WHERE {where}"]
        if dialect == "postgres":
            forms.append(f"DELETE FROM t{table} AS x USING t0 AS y WHERE x.k_0 = y.v AND y.v < {row}")
            forms.append(f"WITH w AS (SELECT v FROM t0) DELETE FROM t{table} AS x WHERE x.k_0 IN (SELECT v FROM w)")
        if dialect == "mariadb":
            forms.append(f"DELETE FROM t{table} WHERE {where} ORDER BY v LIMIT 2")
            forms.append(f"DELETE x FROM t{table} AS x JOIN t0 AS y ON x.k_0 = y.v WHERE y.v < {row}")
        return chance.choice(forms)
    values = ["v = 7", "k_0 = k_0 + 10", "k_0 = 20 - k_0", "k_0 = k_0", f"k_0 = CASE WHEN v = {row} THEN 99 ELSE k_0 END"]
    if schema.composite[table]:
        values += ["k_1 = k_1 + 10", "k_0 = k_0, k_1 = 20 - k_1"]
    return f"UPDATE t{table} SET {chance.choice(values)} WHERE {where}"
