"""The demo database: a small billing schema with real foreign keys, the same rows every time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

CUSTOMERS = 412
BILLS = 2431
SEED = 1970

SCHEMA = """
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'paused', 'closed'))
);
CREATE TABLE billing (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  month TEXT NOT NULL,
  amount NUMERIC NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'paid', 'overdue', 'void'))
);
CREATE TABLE payments (
  id INTEGER PRIMARY KEY,
  billing_id INTEGER NOT NULL REFERENCES billing (id) ON DELETE CASCADE,
  paid_on TEXT NOT NULL,
  amount NUMERIC NOT NULL
);
CREATE INDEX billing_customer ON billing (customer_id);
CREATE INDEX payments_billing ON payments (billing_id);
CREATE VIEW overdue AS
  SELECT c.name, b.month, b.amount FROM billing b JOIN customers c ON c.id = b.customer_id WHERE b.status = 'overdue';
"""

FIRST = ("Ada", "Bo", "Cleo", "Dov", "Esi", "Finn", "Gita", "Hal", "Ines", "Jun", "Kai", "Lea", "Mio", "Nia", "Oto")
LAST = ("Byrne", "Lind", "Marsh", "Peretz", "Mensah", "Okafor", "Rao", "Jonas", "Vidal", "Mori", "Brandt", "Novak")
CITIES = ("Oslo", "Turku", "Riga", "Accra", "Pune", "Cadiz", "Kobe", "Kiel", "Brno")
STATES = ("paid",) * 14 + ("open",) * 3 + ("overdue",) * 2 + ("void",)

Values = tuple[int | str | float, ...]


def build(path: Path) -> None:
    """Create the database in a new file; raises sqlite3.Error when the file is there already."""
    rows = tuple(_bills(Random(SEED)))  # noqa: S311 - the same demo every time, nothing secret
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", _customers(Random(SEED)))  # noqa: S311
        database.executemany("INSERT INTO billing VALUES (?, ?, ?, ?, ?)", rows)
        database.executemany("INSERT INTO payments VALUES (?, ?, ?, ?)", _payments(rows))


def _customers(chance: Random) -> Iterator[Values]:
    """Id, name, city, status."""
    for number in range(1, CUSTOMERS + 1):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        yield number, name, chance.choice(CITIES), chance.choice(("active",) * 8 + ("paused", "closed"))


def _bills(chance: Random) -> Iterator[Values]:
    """Id, customer, month, amount, status; the latest months last."""
    for number in range(1, BILLS + 1):
        month = 24 * (number - 1) // BILLS
        amount = round(chance.uniform(9, 490), 2)
        when = f"{2025 + month // 12}-{month % 12 + 1:02}"
        yield number, chance.randint(1, CUSTOMERS), when, amount, chance.choice(STATES)


def _payments(bills: tuple[Values, ...]) -> Iterator[Values]:
    """One for each paid bill: id, bill, day, amount."""
    paid = [bill for bill in bills if bill[4] == "paid"]
    for number, bill in enumerate(paid, 1):
        yield number, bill[0], f"{bill[2]}-{number % 28 + 1:02}", bill[3]
