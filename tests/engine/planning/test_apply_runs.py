"""What a run of a plan leaves when it does not come to its end, and what its report and ledger say of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from tests.engine.planning.conftest import Home

OLD = "DELETE FROM orders WHERE state = 'old';\n"
FAILS = "UPDATE orders SET state = 'x' WHERE id = 1;\nINSERT INTO orders VALUES (2, 'twice');\nDELETE FROM items;\n"


def ledger(home: Home) -> list[dict[str, str]]:
    """All that the ledgers of plans say."""
    files = sorted((home.folder / "state/safesql/plans").iterdir())
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_what_stays_of_a_plan_that_failed_is_said(home: Home) -> None:
    home.planned(FAILS)
    home.approved()
    done = home.safesql("apply", "changes.plan", code=4)
    assert "ran 1 of 3 statements" in done.stderr
    assert "what ran before the failure is committed and stays" in done.stderr
    assert home.rows()["orders"][0][1] == "x"
    assert [event.get("stays") for event in ledger(home)] == [None, "part"]
    home.refused(6, "was applied in part")


def test_all_or_nothing_may_be_applied_again(home: Home) -> None:
    home.planned(FAILS, "-1")
    home.approved()
    before = home.rows()
    done = home.safesql("apply", "changes.plan", code=1)
    assert "nothing of this run stays committed" in done.stderr
    assert home.rows() == before
    home.refused(1, "nothing of this run stays committed")
    assert [event.get("stays") for event in ledger(home)] == [None, "nothing"] * 2


def test_a_definition_of_mysql_stays_when_a_later_one_fails(homes: Callable[[str], Home]) -> None:
    home = homes("mariadb")
    home.planned("CREATE TABLE one (id int);\nCREATE TABLE orders (id int);\n")
    home.approved()
    done = home.safesql("apply", "changes.plan", code=4)
    assert "already exists" in done.stderr
    assert home.count("one") == 0


def test_two_at_once_apply_it_once(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.planned("UPDATE orders SET state = state || 'x' WHERE id = 20;\n")
    home.approved()
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(home.safesql("apply", "changes.plan").returncode)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 6, 6]
    assert home.rows()["orders"][-1][1] == "newx"


def test_what_was_applied_can_be_taken_back(home: Home) -> None:
    home.policy("max_rows = 1000\napprovals = 1\nconfirm_rows = 1000\n")
    before = home.rows()
    home.planned(OLD)
    home.approved()
    home.safesql("apply", "changes.plan", code=0)
    listed = home.safesql("undo", "--list", code=0).stdout
    assert "DELETE FROM orders" in listed
    assert before != home.rows()


def test_copy_data_and_included_files_are_part_of_a_plan(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    (home.folder / "more.sql").write_text("COPY orders FROM STDIN;\n90\tnew\n91\tnew\n\\.\n")
    text = home.planned("\\ir more.sql\nUPDATE orders SET state = 'x' WHERE id = 1;\n")
    assert 'path = "more.sql"' in text
    home.approved()
    (home.folder / "more.sql").write_text("COPY orders FROM STDIN;\n90\tnew\n92\tnew\n\\.\n")
    home.refused(6, "more.sql is not the file that was planned")
    (home.folder / "more.sql").write_text("COPY orders FROM STDIN;\n90\tnew\n91\tnew\n\\.\n")
    home.safesql("apply", "changes.plan", code=0)
    assert home.count("orders") == 22


@pytest.mark.parametrize(
    ("text", "words"),
    [("SELECT 'DELETE FROM items' \\gexec\n", "\\gexec"), ("SELECT 1 AS a \\gset\n", "\\gset"), ("DELETE FROM items", "has no terminator"),
     ("-- nothing\n", "nothing to plan"), ("SELECT 'open;\n", ""), ("\\if :x\nSELECT 1;\n\\endif\n", "")],
)
def test_what_nobody_could_review_is_not_planned(homes: Callable[[str], Home], text: str, words: str) -> None:
    home = homes("postgres")
    home.script(text)
    done = home.safesql("plan", "changes.sql", "-p", "shop", "-o", "changes.plan")
    assert done.returncode in (2, 3), done.stderr
    assert words in done.stderr
    assert not home.plan.exists()


def test_the_session_of_a_plan_can_only_read(home: Home) -> None:
    from contextlib import closing
    from dataclasses import replace

    from safesql.backends import connect
    from safesql.errors import StatementFailed
    from tests.engine.planning.conftest import run

    with closing(connect(replace(home.target, read_only=True))) as connection:
        for text in ("DELETE FROM items;", "CREATE TABLE t (id int);", "INSERT INTO orders VALUES (99, 'x');"):
            with pytest.raises(StatementFailed):
                run(connection, text)


def test_a_function_that_writes_while_rows_are_counted_writes_nothing(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.execute("CREATE FUNCTION kill() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM items; RETURN 1; END $$;")
    text = home.planned("DELETE FROM orders WHERE id = kill();\n")
    assert home.count("items") == 40
    assert "read-only transaction" in text
