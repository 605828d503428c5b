"""``safesql apply`` in a process of its own that something happens to, and going on until the plan is applied."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from safesql.backends import connect
from safesql.cli import main
from tests.engine.faults import in_child
from tests.engine.planning.conftest import Home, run

STATEMENTS = (
    "CREATE TABLE done (n int);\n"
    "INSERT INTO done VALUES (1);\n"
    "BEGIN;\n"
    "UPDATE orders SET state = 'gone' WHERE state = 'old';\n"
    "INSERT INTO done VALUES (2);\n"
    "COMMIT;\n"
    "INSERT INTO items VALUES (1000, 7);\n"
    "INSERT INTO done VALUES (3);\n"
)
BEFORE = "DROP TABLE IF EXISTS done; DELETE FROM items WHERE id = 1000; UPDATE orders SET state = 'old' WHERE id <= 5;"
NAMED = {
    "store/plan/applied.py": {"_write"}, "store/ledger/writer.py": {"push", "sync"}, "store/lines.py": {"append_all"},
    "session.py": {"begin", "execute", "commit", "rollback"},
}  # fmt: skip
"""What is written down about a plan, and what is asked of the server, that cannot be taken back by forgetting it."""
LAST_DONE = re.compile(r"--last-done (\d+)")
Fault = Callable[[], object]


class At:
    """Counts where the named steps begin and end, and lets something happen at one of them."""

    def __init__(self, last: int, fault: Fault, named: Mapping[str, set[str]] = NAMED) -> None:
        self.done = 0
        self.named = named
        self.last = last
        self.fault = fault

    def __call__(self, frame: FrameType, event: str, _arg: Any, /) -> Callable[..., Any] | None:
        code = frame.f_code
        if not any(code.co_filename.endswith(file) and code.co_name in names for file, names in self.named.items()):
            return None
        if event in ("call", "return"):
            self.done += 1
            if self.done == self.last:
                self.fault()
        return self


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit code, or minus the signal; what was said; how many steps it took, where it came to its end."""

    code: int
    said: str
    steps: int = 0


@dataclass(slots=True)
class Applying:
    """An approved plan that is applied again and again to the same rows, each time with a state folder of its own."""

    home: Home
    turn: int = 0

    @property
    def state(self) -> Path:
        return self.home.folder / f"state{self.turn}"

    def again(self) -> None:
        """Everything as it was before the plan."""
        self.turn += 1
        self.home.execute(BEFORE)

    def apply(self, *words: str, at: At | None = None) -> Outcome:
        """In a process of its own."""
        said, steps = self.home.folder / "said", self.home.folder / "steps"
        said.write_text("")
        steps.write_text("0")

        def work() -> int:
            os.chdir(self.home.folder)
            surroundings = {**self.home.environ, "XDG_STATE_HOME": str(self.state)}
            os.environ.clear()
            os.environ.update(surroundings)
            file = os.open(said, os.O_WRONLY | os.O_APPEND)
            os.dup2(file, 1)
            os.dup2(file, 2)
            sys.stdout = sys.stderr = open(file, "w", closefd=False)  # noqa: SIM115
            sys.settrace(at)
            code = main(["apply", "changes.plan", *words])
            sys.settrace(None)
            sys.stderr.flush()
            if at is not None:
                steps.write_text(str(at.done))
            return code

        return Outcome(in_child(work), said.read_text(), int(steps.read_text()))

    def finished(self) -> list[str]:
        """Go on as the sentences say until the plan is applied; what was said on the way."""
        words: tuple[str, ...] = ()
        heard = []
        for _ in range(5):
            found = self.apply(*words)
            heard.append(found.said)
            if found.code == 0 or "a plan is applied once" in found.said:
                return heard
            if found.code == 7:
                words = ("--resume", "--last-done", str(self._last_done(found.said)))
            elif "--resume" in found.said:
                words = ("--resume",)
            else:
                assert "without --resume" in found.said, found
                words = ()
        raise AssertionError(heard)

    def _last_done(self, said: str) -> int:
        """What a person finds who looks at the tables."""
        numbers = sorted({int(number) for number in LAST_DONE.findall(said)})
        rows = self.rows()
        seen = {1: bool(rows["tables"]), 2: "(1,)" in rows["done"], 6: "(2,)" in rows["done"],
                7: "(1000, 7)" in rows["items"], 8: "(3,)" in rows["done"]}  # fmt: skip
        return max([number for number in numbers if seen.get(number)], default=numbers[0])

    def rows(self) -> dict[str, list[str]]:
        """Every row that the plan could change, and whether its table is there."""
        tables = {
            "postgres": "SELECT tablename FROM pg_tables WHERE tablename = 'done'",
            "mysql": "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_name = 'done'",
            "sqlite": "SELECT name FROM sqlite_schema WHERE name = 'done'",
        }[self.home.target.backend]
        with closing(connect(self.home.target)) as connection:
            there = run(connection, tables)
            asked = {"orders": "SELECT * FROM orders", "items": "SELECT * FROM items"} | ({"done": "SELECT n FROM done"} if there else {})
            found = {name: sorted(str(tuple(map(_plain, row))) for row in run(connection, text)) for name, text in asked.items()}
        return {"tables": list(map(str, there)), "done": [], **found}


def _plain(value: object) -> object:
    """A number as a number."""
    return int(str(value)) if str(value).isdigit() else value


@contextmanager
def planned(home: Home) -> Iterator[Applying]:
    """The plan, approved."""
    home.planned(STATEMENTS)
    home.approved()
    yield Applying(home)
