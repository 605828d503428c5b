"""Ctrl-C while a plan is made or approved: nothing is left that looks like a plan or an approval, and it is said."""

from __future__ import annotations

import os
import pty
import signal
import sys
from collections.abc import Callable

import pytest

from safesql.cli import main
from tests.engine.faults import in_child
from tests.engine.planning.apply_rig import At
from tests.engine.planning.conftest import Home

PLANNING = {
    "engine/planning/making.py": {"plan_of", "_check"}, "engine/planning/step.py": {"step"},
    "store/plan/file.py": {"write_plan", "bytes_of"},
}  # fmt: skip
APPROVING = {
    "store/plan/approvals.py": {"sign", "write_signature", "verified", "signatures"},
    "engine/planning/approving.py": {"standing"},
    "cli/approve_command.py": {"_shown", "_counted"},
}
ALL = "UPDATE orders SET state = 'x' WHERE id = 1;\nDELETE FROM items;\n"


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def at_a_terminal(home: Home, words: list[str], at: At) -> tuple[int, str, int]:
    """The command in a process of its own whose standard input says yes; its code, what it said, and its steps."""
    said, steps = home.folder / "said", home.folder / "steps"
    said.write_text("")

    def work() -> int:
        os.chdir(home.folder)
        surroundings = home.environ
        os.environ.clear()
        os.environ.update(surroundings)
        keys, terminal = pty.openpty()
        os.write(keys, b"yes\n")
        os.dup2(terminal, 0)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        file = os.open(said, os.O_WRONLY | os.O_APPEND)
        os.dup2(file, 1)
        os.dup2(file, 2)
        sys.stdout = sys.stderr = open(file, "w", closefd=False)  # noqa: SIM115
        sys.settrace(at)
        code = main(words)
        sys.settrace(None)
        sys.stderr.flush()
        steps.write_text(str(at.done))
        return code

    code = in_child(work)
    return code, said.read_text(), int(steps.read_text())


def left(home: Home) -> set[str]:
    """What stands beside the script."""
    return {each.name for each in home.folder.iterdir() if "changes" in each.name}


@pytest.mark.parametrize("server", ["postgres", "mariadb", "sqlite"])
def test_a_plan_is_whole_or_not_there(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    home.script(ALL)
    words = ["plan", "changes.sql", "-p", "shop", "-o", "changes.plan"]
    code, _, steps = at_a_terminal(home, words, At(-1, interrupt, PLANNING))
    assert (code, left(home)) == (0, {"changes.sql", "changes.plan"})
    for last in range(1, steps + 1, max(1, steps // 5)):
        home.plan.unlink(missing_ok=True)
        code, said, _ = at_a_terminal(home, words, At(last, interrupt, PLANNING))
        assert code == 130 and "safesql: interrupted" in said, (last, code, said)
        assert left(home) == {"changes.sql"} or (last > steps - 3 and left(home) == {"changes.sql", "changes.plan"}), last
    assert home.safesql(*words).returncode == 0


def test_an_approval_counts_or_is_not_there(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    words = ["approve", "changes.plan", "--key", "bob"]
    code, said, steps = at_a_terminal(home, words, At(-1, interrupt, APPROVING))
    assert code == 0, said
    approval = home.folder / "changes.plan.bob@example.com.sig"
    for last in range(1, steps + 1):
        approval.unlink(missing_ok=True)
        code, said, _ = at_a_terminal(home, words, At(last, interrupt, APPROVING))
        assert code == 130 and "safesql: interrupted" in said, (last, code, said)
        there = left(home) - {"changes.sql", "changes.plan"}
        assert not there, (last, there, said)
    home.safesql(*words[:2], code=3)
