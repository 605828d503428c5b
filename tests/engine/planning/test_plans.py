"""A plan made, approved and applied by the real command line on real servers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from tests.engine.planning.conftest import Home

OLD = "DELETE FROM orders\nWHERE state = 'old';\n"
ALL = "DELETE FROM items;\n"


def test_what_was_planned_and_approved_is_applied_once(home: Home) -> None:
    plan = tomllib.loads(home.planned(OLD + ALL))
    assert [(rows["table"], rows["rows"]) for rows in plan["statement"][0]["rows"]] == [("orders", 5), ("items", 10)]
    assert plan["statement"][1]["rows"][0]["reason"] == "changes.sql:1 changes items before"
    assert plan["statement"][1]["verdict"] == "block"
    home.approved()
    done = home.safesql("apply", "changes.plan", code=0)
    assert "approved by bob@example.com" in done.stderr
    assert (home.count("orders"), home.count("items")) == (15, 0)
    home.refused(6, "a plan is applied once")


def test_planning_changes_nothing_and_could_not(home: Home) -> None:
    before = home.rows()
    home.planned(OLD + ALL + "UPDATE orders SET state = 'x';\nDROP TABLE items;\n")
    assert home.rows() == before


def test_the_same_plan_has_the_same_bytes(home: Home) -> None:
    first, second = (home.planned(OLD + ALL) for _ in range(2))
    times = ("made =", "expires =", "# sha256")
    kept = [[line for line in text.splitlines() if not line.startswith(times)] for text in (first, second)]
    assert kept[0] == kept[1]


def test_a_plan_goes_to_standard_output_as_well(home: Home) -> None:
    home.script(OLD)
    done = home.safesql("plan", "changes.sql", "-p", "shop", code=0)
    assert tomllib.loads(done.stdout)["statement"][0]["at"] == "changes.sql:1"
    assert "1 statement, 15 rows" in done.stderr


def test_the_approvers_are_in_the_audit_log(home: Home) -> None:
    home.planned(ALL)
    home.approved()
    home.approved("carol")
    home.safesql("apply", "changes.plan", code=0)
    log = (home.folder / "state/safesql/audit.jsonl").read_text()
    assert '"answer": {"by": "bob@example.com, carol@example.com", "how": "approved", "reason": "plan changes.plan, sha256 ' in log


def test_without_a_question_no_approval_is_needed_unless_policy_says_so(home: Home) -> None:
    home.policy("approvals = 0\n")
    home.planned("UPDATE orders SET state = 'x' WHERE id = 1;\n")
    home.safesql("apply", "changes.plan", code=0)
    home.planned("UPDATE orders SET state = 'y' WHERE id = 1;\n" + ALL)
    home.refused(3, "needs 1 approval")


def test_a_file_may_stand_elsewhere_than_its_plan(home: Home) -> None:
    (home.folder / "sql").mkdir()
    (home.folder / "sql/a.sql").write_text(OLD)
    (home.folder / "plans").mkdir()
    home.safesql("plan", "sql/a.sql", "-p", "shop", "-o", "plans/a.plan", code=0)
    plan = home.folder / "plans/a.plan"
    assert tomllib.loads(plan.read_text())["file"][0]["path"] == "../sql/a.sql"
    done = home.safesql("apply", "plans/a.plan")
    assert (done.returncode, "needs 1 approval" in done.stderr) == (3, True)


def test_several_files_run_in_the_order_they_were_given(home: Home) -> None:
    (home.folder / "b.sql").write_text("UPDATE orders SET state = 'b' WHERE id = 1;\n")
    home.script("UPDATE orders SET state = 'a' WHERE id = 1;\n")
    home.safesql("plan", "b.sql", "changes.sql", "-p", "shop", "-o", "changes.plan", code=0)
    home.approved()
    home.safesql("apply", "changes.plan", code=0)
    assert home.rows()["orders"][0][1] == "a"


def test_a_reviewer_reads_it_says_yes_and_signs(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(OLD + ALL)
    before = home.plan.read_bytes()
    shown = conversation(home, "yes", "--key", "bob", "--identity", "bob@example.com")
    for words in ("plan for shop: ", "DELETE FROM orders", "5 of 20 rows of orders", "10 rows of items by ON DELETE CASCADE",
                  "every row of items goes (delete-without-where)", "approved by bob@example.com"):
        assert words in shown
    assert home.plan.read_bytes() == before
    assert "approved by bob@example.com" in home.safesql("approve", "--check", "changes.plan", code=0).stdout
    home.safesql("apply", "changes.plan", code=0)


@pytest.mark.parametrize(
    ("answer", "words", "said"),
    [("no", (), "not approved"), ("y", (), "not approved"), ("yes", ("--key", "alice"), "alice@example.com made the plan"),
     ("yes", ("--key", "bob", "--identity", "carol@example.com"), "this key is that of bob@example.com, not of carol@example.com"),
     ("yes", ("--key", "nothing"), "could not sign"), ("yes", (), "there is no SSH key")],
    ids=["no", "y", "the author", "another name", "no such key", "no key at all"],
)
def test_what_is_no_approval_leaves_nothing(homes: Callable[[str], Home], answer: str, words: tuple[str, ...], said: str) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    assert said in conversation(home, answer, *words)
    assert not list(home.folder.glob("*.sig"))
    home.refused(3, "has none that counts")


def test_nobody_approves_without_a_terminal(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    assert "by a person at a terminal" in home.safesql("approve", "changes.plan", "--key", "bob", code=3).stderr


def conversation(home: Home, answer: str, *words: str) -> str:
    """What approving says at a terminal."""
    import sys

    child = pexpect.spawn(
        sys.executable, ["-m", "safesql", "approve", "changes.plan", *words], cwd=str(home.folder), env=home.environ,
        encoding="utf-8", timeout=60, dimensions=(40, 200),
    )  # fmt: skip
    child.expect("type yes: ")
    shown = str(child.before)
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    return shown + str(child.before)


def test_the_folder_of_a_plan_may_be_anywhere(homes: Callable[[str], Home], tmp_path: Path) -> None:
    home = homes("sqlite")
    home.planned("UPDATE orders SET state = 'x' WHERE id = 1;\n")
    home.approved()
    moved = tmp_path / "checkout"
    moved.mkdir()
    for name in ("changes.sql", "changes.plan", "changes.plan.bob.sig"):
        (home.folder / name).rename(moved / name)
    home.safesql("apply", str(moved / "changes.plan"), code=0)
