"""Random statements of PostgreSQL that change several tables, or rows in several ways: MERGE, and changes in a WITH."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.rewrite.schemas import Case, Schema, case


def several_changes(chance: Random) -> Case:
    """A case of ``schemas`` with such a statement in the place of its own."""
    found = case(chance, "postgres")
    made = chance.choice((_merge, _archived, _changed, _added))
    text, target = made(chance, found.schema)
    return replace(found, statement=text, target=f"t{target}")


def _merge(chance: Random, schema: Schema) -> tuple[str, int]:
    """Every arm at most once, in any order, with a condition or without."""
    target, source = _table(chance, schema), _table(chance, schema)
    arms = chance.sample((
        "WHEN MATCHED{also} THEN DELETE",
        "WHEN MATCHED{also} THEN UPDATE SET v = y.v + 7",
        f"WHEN MATCHED{{also}} THEN UPDATE SET tag = x.tag + 100, {_reference(chance, schema, target)}",
        f"WHEN NOT MATCHED THEN INSERT ({_columns(schema, target)}) VALUES ({_values(schema, target, 'y', 50)})",
        "WHEN NOT MATCHED AND y.v > 2 THEN DO NOTHING",
    ), chance.randint(1, 4))  # fmt: skip
    written = " ".join(arm.format(also=chance.choice(("", f" AND x.v < {chance.randint(1, 5)}"))) for arm in arms)
    on = f"x.k_0 = y.k_0 + {chance.randint(0, 2)} AND x.tag = x.k_0"
    using = chance.choice((f"t{source} AS y", f"(SELECT DISTINCT ON (k_0) * FROM t{source} ORDER BY k_0, tag) AS y"))
    return f"MERGE INTO t{target} AS x USING {using} ON {on} {written}", target


def _archived(chance: Random, schema: Schema) -> tuple[str, int]:
    """Rows that go, and come to another table or the same one."""
    source, target = _table(chance, schema), _table(chance, schema)
    where = f"v {chance.choice(('<', '>', '<>'))} {chance.randint(0, 4)}"
    return (
        f"WITH d AS (DELETE FROM t{source} WHERE {where} RETURNING *) INSERT INTO t{target} ({_columns(schema, target)}) "
        f"SELECT {_values(schema, target, 'd', chance.choice((0, 50)))} FROM d"
    ), source


def _changed(chance: Random, schema: Schema) -> tuple[str, int]:
    """A DELETE whose rows say which others are updated."""
    source, target = _table(chance, schema), _table(chance, schema)
    row = chance.randint(1, 5)
    return (
        f"WITH d AS (DELETE FROM t{source} WHERE v < {row} RETURNING k_0, v), u AS (UPDATE t{target} AS x SET v = 9 FROM d "
        f"WHERE x.k_0 = d.k_0 + 1 RETURNING x.k_0, x.tag) UPDATE t{_table(chance, schema)} AS z "
        f"SET tag = z.tag + 10 FROM u WHERE z.k_0 = u.k_0 - {chance.randint(0, 1)}"
    ), source


def _added(chance: Random, schema: Schema) -> tuple[str, int]:
    """Several INSERTs, with keys that answer otherwise each time."""
    one, other = _table(chance, schema), _table(chance, schema)
    made = f"{{}}.k_0 + {chance.choice((0, 30))} + (random() * 5)::int * 100"
    return (
        f"WITH i AS (INSERT INTO t{one} ({_columns(schema, one)}) SELECT {_values(schema, one, 'y', 50, made)} FROM t{one} y "
        f"RETURNING *) INSERT INTO t{other} ({_columns(schema, other)}) SELECT {_values(schema, other, 'i', 5, made)} FROM i"
    ), one


def _table(chance: Random, schema: Schema) -> int:
    return chance.randrange(len(schema.composite))


def _columns(schema: Schema, table: int) -> str:
    return ", ".join(("tag", "v", *schema.key(table)))


def _values(schema: Schema, table: int, of: str, more: int, made: str = "") -> str:
    """Values for these columns from a row that has the first part of a key."""
    key = made.format(of) if made else f"{of}.k_0 + {more}"
    return ", ".join((f"{of}.k_0 + {more}", f"{of}.v", *([key] * len(schema.key(table)))))


def _reference(chance: Random, schema: Schema, table: int) -> str:
    """What lets go of another row, where the table has references."""
    own = [column for key in schema.own(table) for column in key.columns(composite=schema.composite[key.parent])]
    return f"{chance.choice(own)} = NULL" if own else "v = x.v"
