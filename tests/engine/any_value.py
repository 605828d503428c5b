"""Random values of every type of each server, as expressions that the server reads."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from random import Random
from uuid import UUID

Made = Callable[[Random], str]
LETTERS = ("a", "Z", "0", " ", "'", '"', "\\", "\n", "\t", "\x01", "\x7f", "é", "€", "😀", "\u202e", "\ufeff", ",", "{", "}", "(", ";", "%", "$")


def text(r: Random, most: int = 8) -> str:
    return "".join(r.choice(LETTERS) for _ in range(r.randrange(most)))


def escaped(value: str) -> str:
    """A string of PostgreSQL."""
    return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def double(r: Random) -> str:
    """Any bits of a double, but often the ones that are lost first."""
    if r.random() < 0.5:
        return r.choice(["NaN", "Infinity", "-Infinity", "-0", "0", "5e-324", "-1.7976931348623157e308", "0.1"])
    return repr(struct.unpack("<d", r.randbytes(8))[0]).replace("nan", "NaN").replace("inf", "Infinity")


def single(r: Random) -> str:
    """Any bits of a float of four bytes."""
    value = struct.unpack("<f", r.randbytes(4))[0]
    return repr(value).replace("nan", "NaN").replace("inf", "Infinity")


def finite(r: Random, made: Made) -> str:
    """Without what MySQL has no number for."""
    while (value := made(r)) in ("NaN", "Infinity", "-Infinity"):
        continue
    return value


def hexed(r: Random) -> str:
    return r.randbytes(r.randrange(12)).hex()


def bits(r: Random, count: int) -> str:
    return "".join(r.choice("01") for _ in range(count))


def document(r: Random) -> str:
    """JSON, with spaces and doubled keys."""
    inner = r.choice(["1.50", "1e2", "-0", "null", "[]", "{ }", '"\\u00e9"', json.dumps(text(r)), "[1, 2 ,3]", "9007199254740993"])
    return r.choice(['{{"b": {0},  "a":1, "b":2}}', "[{0} , {0}]", "{0}"]).format(inner)


def moment(r: Random, unit: str = "timestamp") -> str:
    """Thousands of years before and after, to the microsecond."""
    if r.random() < 0.2:
        return f"'{r.choice(['infinity', '-infinity', '0044-03-15 12:00 BC', '4713-01-01 BC'])}'"
    days, micros = r.randint(-2_400_000, 100_000_000), r.randrange(86_400_000_000)
    return f"{unit} '2000-01-01 00:00:00+00' + interval '{days} days' + interval '{micros} microseconds'"


def array(r: Random, one: Made) -> str:
    """Of one dimension or two, the first element with any number."""
    count = r.randrange(1, 4)
    rows = [",".join(one(r) for _ in range(count)) for _ in range(r.randrange(1, 3))]
    start = r.randint(-3, 3)
    return f"'[{start}:{start + len(rows) - 1}][1:{count}]={{{','.join(f'{{{row}}}' for row in rows)}}}'"


def spread(r: Random, kind: str, one: Made) -> str:
    """A range of any bounds."""
    ends = sorted((one(r), one(r)), key=float)
    return r.choice([f"'{r.choice('[(')}{ends[0]},{ends[1]}{r.choice('])')}'", "'empty'", f"'(,{ends[0]}]'", f"{kind} '(,)'"])


def point(r: Random) -> str:
    return f"({double(r)},{double(r)})"


def number(low: int, high: int) -> Made:
    return lambda r: str(r.choice([low, high, r.randint(low, high)]))


POSTGRES: dict[str, Made] = {
    "smallint": number(-32768, 32767), "integer": number(-(1 << 31), (1 << 31) - 1), "bigint": number(-(1 << 63), (1 << 63) - 1),
    "numeric": lambda r: r.choice(["'NaN'", "'Infinity'", "'-Infinity'", "0.00", f"{r.randint(-10**30, 10**30)}e-{r.randrange(60)}"]),
    "real": lambda r: f"'{single(r)}'", "double precision": lambda r: f"'{double(r)}'", "money": lambda r: f"{r.randint(-10**10, 10**10)}::numeric / 100",
    "boolean": lambda r: r.choice(["true", "false"]), "text": lambda r: escaped(text(r)), "varchar(9)": lambda r: escaped(text(r)),
    "char(9)": lambda r: escaped(text(r)), '"char"': lambda r: f"({r.randint(-128, 127)})::\"char\"", "name": lambda r: escaped(text(r)),
    "bytea": lambda r: f"decode('{hexed(r)}', 'hex')",
    "date": lambda r: r.choice(["'infinity'", "'-infinity'", f"date '2000-01-01' + {r.randint(-2_451_545, 2_145_031_948)}"]),
    "time": lambda r: r.choice(["'24:00'", f"time '00:00' + interval '{r.randrange(86_400_000_000)} microseconds'"]),
    "timetz": lambda r: f"'{r.randrange(24):02}:{r.randrange(60):02}:{r.randrange(60):02}.{r.randrange(10**6):06}{r.choice('+-')}{r.randrange(15):02}:{r.randrange(60):02}:{r.randrange(60):02}'",
    "timestamp": lambda r: moment(r), "timestamptz": lambda r: moment(r, "timestamptz"),
    "interval": lambda r: f"interval '{r.randint(-99999, 99999)} months' + interval '{r.randint(-99999, 99999)} days' + interval '{r.randint(-10**15, 10**15)} microseconds'",
    "bit(7)": lambda r: f"B'{bits(r, 7)}'", "varbit": lambda r: f"B'{bits(r, r.randrange(20))}'", "uuid": lambda r: f"'{UUID(bytes=r.randbytes(16))}'",
    "inet": lambda r: r.choice([f"'10.{r.randrange(256)}.7.1/{r.randrange(33)}'", f"'::{r.randrange(65536):x}/{r.randrange(129)}'"]),
    "macaddr": lambda r: f"'{r.randbytes(6).hex(':')}'", "json": lambda r: escaped(document(r)), "jsonb": lambda r: escaped(document(r)),
    "xml": lambda r: escaped(f"<a b=\"{r.choice(['', '&amp;', 'é'])}\">{r.choice(['', ' ', '&lt;', '<c/>'])}</a>"),
    "int[]": lambda r: array(r, lambda r: r.choice(["NULL", str(r.randint(-9, 9))])), "float8[]": lambda r: array(r, double),
    "text[]": lambda r: f"ARRAY[{escaped(text(r))}, NULL, 'NULL', {escaped(text(r))}]",
    "int4range": lambda r: spread(r, "int4range", number(-99, 99)), "numrange": lambda r: spread(r, "numrange", lambda r: str(r.randint(-99, 99) / 8)),
    "int8multirange": lambda r: f"'{{[{r.randint(-99, 0)},3),[5,{r.randint(6, 99)}]}}'", "point": lambda r: f"'{point(r)}'",
    "box": lambda r: f"'{point(r)},{point(r)}'", "lseg": lambda r: f"'[{point(r)},{point(r)}]'",
    "path": lambda r: f"'{r.choice(['[{0},{1}]', '({0},{1})']).format(point(r), point(r))}'", "polygon": lambda r: f"'({point(r)},{point(r)})'",
    "circle": lambda r: f"'<{point(r)},{r.randrange(9)}>'", "tsvector": lambda r: f"'b:{r.randint(1, 99)}A ''c d'':2'",
    "pg_lsn": lambda r: f"'{r.randrange(1 << 32):X}/{r.randrange(1 << 32):X}'", "oid": number(0, (1 << 32) - 1),
    "mood": lambda r: r.choice(["'so''so'", "''", "'é'"]), "pair": lambda r: f"ROW({r.randrange(9)}, {escaped(text(r))}, '{double(r)}')::pair",
    "positive": number(1, 9), "pair[]": lambda r: f"ARRAY[ROW(NULL, {escaped(text(r))}, '{double(r)}')::pair, NULL]",
}  # fmt: skip
MARIADB: dict[str, Made] = {
    "bigint unsigned": number(0, (1 << 64) - 1), "tinyint": number(-128, 127), "mediumint": number(-(1 << 23), (1 << 23) - 1),
    "decimal(65,30)": lambda r: f"{r.randint(-10**64, 10**64)}e-30", "float": lambda r: finite(r, single), "double": lambda r: finite(r, double),
    "bit(64)": lambda r: f"0x{r.randbytes(8).hex()}", "year": lambda r: r.choice(["0", str(r.randint(1901, 2155))]),
    "date": lambda r: r.choice(["'0000-00-00'", "'2024-00-00'", "'0000-01-01'", f"'{r.randint(0, 9999):04}-{r.randint(1, 12):02}-{r.randint(1, 28):02}'"]),
    "datetime(6)": lambda r: r.choice(["'0000-00-00 00:00:00'", f"'{r.randint(1, 9999):04}-02-03 04:05:06.{r.randrange(10**6):06}'"]),
    "time(6)": lambda r: f"'{r.choice(['', '-'])}{r.randrange(839)}:{r.randrange(60):02}:{r.randrange(59):02}.{r.randrange(10**6):06}'",
    "timestamp(6) NULL": lambda r: r.choice(["'0000-00-00 00:00:00'", f"FROM_UNIXTIME({r.randint(1, (1 << 31) - 1)}.{r.randrange(10**6):06})"]),
    "varchar(30)": lambda r: f"_utf8mb4 X'{text(r).encode().hex()}'", "char(30) CHARACTER SET latin1": lambda r: f"_latin1 X'{hexed(r)}'",
    "text CHARACTER SET cp932": lambda r: r.choice(["_cp932 X'815C'", "_cp932 X'8160B1'", "''"]),
    "text CHARACTER SET utf16": lambda r: f"_utf8mb4 X'{text(r).encode().hex()}'", "varchar(30) CHARACTER SET utf8mb3": lambda r: f"_utf8mb4 X'{text(r).replace('😀', '').encode().hex()}'",
    "binary(12)": lambda r: f"X'{hexed(r)}'", "varbinary(12)": lambda r: f"X'{hexed(r)}'", "mediumblob": lambda r: f"X'{hexed(r)}'",
    "enum('a','b''c','é')": lambda r: r.choice(["1", "2", "3", "''"]), "set('x','y','z')": lambda r: str(r.randrange(8)),
    "json": lambda r: f"_utf8mb4 X'{document(r).encode().hex()}'", "inet6": lambda r: f"'::{r.randrange(65536):x}'", "uuid": lambda r: f"'{UUID(bytes=r.randbytes(16))}'",
    "point": lambda r: f"Point({r.randint(-9, 9)} / 7e0, {finite(r, double)})",
    "geometry": lambda r: f"ST_GeomFromText('LINESTRING({r.random()} 0,1 {r.random()})', {r.choice([0, 4326])})",
}  # fmt: skip
SQLITE: tuple[Made, ...] = (
    number(-(1 << 63), (1 << 63) - 1), number(-9, 9), lambda _: "NULL", lambda r: f"X'{hexed(r)}'", lambda r: f"CAST(X'{hexed(r)}' AS TEXT)",
    lambda r: f"CAST(X'{text(r).encode().hex()}' AS TEXT)", lambda r: f"'{r.randint(-9, 9)}'",
    lambda r: double(r).replace("Infinity", "9e999").replace("NaN", "-0.0"),
)  # fmt: skip


def value(made: Made, r: Random) -> str:
    """NULL once in a while."""
    return "NULL" if r.random() < 0.15 else made(r)
