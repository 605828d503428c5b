"""What the default policy for production stops in a folder of scripts, by rule, with examples.

    python tests/suites/false_alarms.py FOLDER DIALECT [--examples N] [--suffix .sql] [--rule NAME]

Prints the number of statements, and for each rule how many of a hundred statements it stops, how many in all, and some
of them with their file and line. Scripts of one folder are judged each for itself: what one prepares is not known in
the next. To look at all stops of one rule, name it.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from safesql.guard.action import Action
from safesql.guard.facts import Facts
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.sql.dialect import Dialect
from safesql.sql.dialects import DIALECTS
from safesql.sql.splitter import split
from safesql.sql.statement import Statement

WIDTH = 110


def verdicts(text: str, dialect: Dialect, source: str) -> Iterator[Verdict]:
    """The verdicts on a script, each statement knowing those before it."""
    facts, policy = Facts(), Policy()
    for piece in split(text, dialect, source):
        if isinstance(piece, Statement):
            verdict = judge(piece, policy, facts)
            facts = replace(facts, memory=facts.memory.after(verdict.effect))
            yield verdict


def stops(files: list[Path], dialect: Dialect) -> tuple[int, int, dict[str, list[str]]]:
    """How many statements there are and how many are stopped; and the stopped ones of each rule, one line each."""
    seen, stopped, found = 0, 0, defaultdict(list)
    for file in files:
        for verdict in verdicts(file.read_text("utf-8", errors="replace"), dialect, file.name):
            seen += 1
            stopped += verdict.action > Action.ALLOW
            place = f"{file.name}:{verdict.statement.place.line}"
            shown = " ".join(verdict.statement.text.split())[:WIDTH]
            for rule in {finding.rule for finding in verdict.findings if finding.action > Action.ALLOW}:
                found[rule].append(f"{place}: {shown}")
    return seen, stopped, found


def _arguments() -> argparse.Namespace:
    """The folder, the dialect and how much to show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("dialect", choices=sorted(DIALECTS))
    parser.add_argument("--examples", type=int, default=5, metavar="N", help="so many of each rule, spread over all")
    parser.add_argument("--suffix", default=".sql", help="of the scripts' names")
    parser.add_argument("--rule", help="only this one, and all of its stops")
    return parser.parse_args()


def main() -> None:
    """Print the listing."""
    given = _arguments()
    files = sorted(given.folder.rglob(f"*{given.suffix}"))
    seen, stopped, found = stops(files, DIALECTS[given.dialect])
    print(f"{len(files)} scripts, {seen} statements, {stopped} stopped ({100 * stopped / max(seen, 1):.2f} in a hundred)")
    for rule, count in Counter({rule: len(lines) for rule, lines in found.items()}).most_common():
        if given.rule not in (None, rule):
            continue
        print(f"\n{rule}: {100 * count / max(seen, 1):.2f} in a hundred, {count} in all")
        step = 1 if given.rule else max(1, count // max(given.examples, 1))
        for line in found[rule][::step][: None if given.rule else given.examples]:
            print(f"  {line}")


if __name__ == "__main__":
    main()
