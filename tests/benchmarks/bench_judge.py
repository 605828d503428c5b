"""Microseconds per statement of the judge, with sqlparse and sqlglot only parsing the same texts in the same run.

Run it: python tests/benchmarks/bench_judge.py
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import sqlglot
import sqlparse

from safesql.guard.analysis import of_text
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.repl.reading import Reading
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import significant
from safesql.sql.statement import Statement

CASES = Path(__file__).parent.parent / "guard"
TYPED = {
    "one list": "DELETE FROM t WHERE id IN (" + ", ".join(str(10_000 + each) for each in range(2_300)),
    "columns and joins": "SELECT " + ", ".join(f"a.col_{each} + coalesce(b.x{each}, 0) AS c{each}" for each in range(200))
    + " FROM a JOIN b ON a.id = b.id WHERE " + " AND ".join(f"a.k{each} > {each}" for each in range(500)),
    "CTEs": "WITH " + ", ".join(f"c{each} AS (SELECT id, x FROM t{each} WHERE k = {each})" for each in range(330)),
    "rows": "INSERT INTO t (a, b, c) VALUES " + ", ".join(f"({each}, 'name {each}', now())" for each in range(600)),
}  # fmt: skip
LONG = "DELETE FROM t WHERE id IN (" + ",".join(map(str, range(12_000))) + ")"


def _texts(dialect: str) -> list[str]:
    files = [*CASES.glob(f"c*/{dialect}.jsonl")]
    found = [json.loads(line)["sql"] for file in files for line in file.read_text("utf-8").splitlines()]
    return [sql for sql in found if ";" not in sql.rstrip().rstrip(";") and "\\" not in sql]


def _microseconds(work: Callable[[str], object], texts: list[str]) -> float:
    """The median over the texts, each the best of three, of what one call takes."""
    return median(min(_once(work, text) for _ in range(3)) for text in texts) * 1e6


def _once(work: Callable[[str], object], text: str) -> float:
    started = perf_counter()
    work(text)
    return perf_counter() - started


def _unbuffered(dialect: str) -> Callable[[str], object]:
    """The judge without its memory of texts: as for a statement seen for the first time."""
    known = DIALECTS[dialect]
    policy = Policy()
    counter = iter(range(10**9))
    return lambda text: judge(Statement(f"{text} /*{next(counter)}*/", known), policy)


def _again(dialect: str) -> Callable[[str], object]:
    """The judge as it is used at every key: the text was seen before."""
    known, policy = DIALECTS[dialect], Policy()
    return lambda text: judge(Statement(text, known), policy)


def _quiet(work: Callable[[str], object]) -> Callable[[str], object]:
    """A parser that may not know a statement; what it does before it gives up counts."""

    def tried(text: str) -> object:
        try:
            return work(text)
        except (sqlglot.errors.SqlglotError, sqlparse.exceptions.SQLParseError):
            return None

    return tried


def _keys(dialect: str, text: str) -> tuple[float, float]:
    """Milliseconds for a key at the end and one in the middle of a statement of 16 kB, of several the median."""
    known, policy = DIALECTS[dialect], Policy()
    reading = Reading(lambda statement: judge(statement, policy), lambda: known)
    text = text[:16_384]
    reading.worst(text)
    middle = len(text) // 2
    ends = [_once(reading.worst, text + "z" * each) for each in range(1, 10)]
    middles = [_once(reading.worst, f"{text[:middle]}{'1' * each}{text[middle:]}") for each in range(1, 10)]
    return median(ends) * 1e3, median(middles) * 1e3


def main() -> None:
    """Print a table."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    print(f"{'':10}{'statements':>11}{'lex':>8}{'effect':>8}{'judge':>8}{'again':>8}{'sqlglot':>9}{'sqlparse':>9}   (microseconds)")
    for dialect in ("postgres", "mysql", "sqlite"):
        texts, known = _texts(dialect), DIALECTS[dialect]
        works = (
            partial(significant, dialect=known), partial(of_text, dialect=known), _unbuffered(dialect), _again(dialect),
            _quiet(partial(sqlglot.parse, read=dialect)), _quiet(sqlparse.parse),
        )
        figures = [_microseconds(work, texts) for work in works]
        print(f"{dialect:10}{len(texts):11}" + "".join(f"{figure:8.0f}" for figure in figures))
    seconds = min(_once(_unbuffered("postgres"), LONG) for _ in range(3))
    print(f"an IN list of 12,000 values, {len(LONG):,} characters: {seconds * 1e3:.0f} ms")
    for name, text in TYPED.items():
        parts = [f"{dialect} {at_end:.1f} and {within:.1f}" for dialect in DIALECTS for at_end, within in [_keys(dialect, text)]]
        print(f"a key at the end and in the middle of 16 kB of {name}, aim 5 ms: {', '.join(parts)}")


if __name__ == "__main__":
    main()
