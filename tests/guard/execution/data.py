"""The tables that generated statements write, and the data sets they are tried on.

``t`` and ``big`` hold the same rows under other keys: the one is written by its name, the other under the alias t. ``o``
is what they are joined with. ``mark`` is 0 and every generated write sets it, so that a row is untouched while it is there
with mark 0. The first data set has no NULL, the second has; in both, the constants of the grammar are values of the data,
so that they divide the rows. The others are wide: a statement that took all rows of the first two is
tried on them too, since few values may all happen to meet a condition.
"""

from __future__ import annotations

from itertools import product
from random import Random

ORDINARY = (0, 1)
WIDE = (2, 3, 4)
SETS = 5
ROWS = 40
MANY = 250                  # rows of the wide one
Pool = tuple[object, ...]
NUMBERS: Pool = (0, 1, 2, 3, 4, 5, -1, -2, -3, -5)
TEXTS: Pool = ("", "a", "A", "b", "ab", "1", "0", "1abc", "Open", "10")
DAYS: Pool = ("2024-01-01", "2024-02-29", "2023-12-31", "2025-06-15")
MORE_NUMBERS: Pool = (*range(-12, 13), 48, 97, 99)
MORE_TEXTS: Pool = ("Open", "open", *("".join(letters) for size in range(4) for letters in product("abA15%", repeat=size)))
MORE_DAYS: Pool = tuple(f"{year}-{month:02}-{day:02}" for year in (2022, 2023, 2024, 2025) for month in (1, 6, 12) for day in (1, 15, 28))
COLUMNS = "id, a, b, s, u, d, f, mark"


def definitions(boolean: str) -> list[str]:
    """CREATE TABLE of each table; ``boolean`` is the server's type for f."""
    columns = (
        "(id integer PRIMARY KEY, a integer, b integer, s varchar(20), u varchar(20), d date, "
        f"f {boolean}, mark integer NOT NULL DEFAULT 0)"
    )
    return [f"CREATE TABLE t {columns}", f"CREATE TABLE big {columns}", "CREATE TABLE o (k integer, v integer, w varchar(20))"]


def fillings(number: int) -> list[str]:
    """INSERT statements of one data set."""
    random = Random(number)
    wide, nulls = number in WIDE, number > 0
    numbers, texts, days = (MORE_NUMBERS, MORE_TEXTS, MORE_DAYS) if wide else (NUMBERS, TEXTS, DAYS)
    rows = ", ".join(
        _row(random, identity - 5 - number, (numbers, numbers, texts, texts, days), nulls=nulls)
        for identity in range(MANY if wide else ROWS)
    )
    others = ", ".join(
        f"({', '.join(_one(random, pool, nulls=nulls) for pool in (numbers, numbers, texts))})" for _ in range(6)
    )
    return [
        f"INSERT INTO t ({COLUMNS}) VALUES {rows}",
        f"INSERT INTO big SELECT 2 * id - 30, {COLUMNS[4:]} FROM t",
        f"INSERT INTO o VALUES {others}",
    ]


def _row(random: Random, identity: int, pools: tuple[Pool, ...], *, nulls: bool) -> str:
    """One row of t."""
    values = ", ".join(_one(random, pool, nulls=nulls) for pool in pools)
    truth = random.choice(("TRUE", "FALSE", "NULL") if nulls else ("TRUE", "FALSE"))
    return f"({identity}, {values}, {truth}, 0)"


def _one(random: Random, pool: Pool, *, nulls: bool) -> str:
    """A literal of the pool, or NULL now and then."""
    if nulls and random.random() < 0.2:
        return "NULL"
    value = random.choice(pool)
    return f"'{value}'" if isinstance(value, str) else str(value)
