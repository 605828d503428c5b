r"""``\copyas``: rows in a form that others take."""

from __future__ import annotations

import pytest

from safesql.commands.copyas import MOST
from tests.commands.conftest import Desk


def test_rows_are_shown_as_inserts_into_the_table_they_came_from(desk: Desk) -> None:
    shown = desk.types("\\copyas insert SELECT id, note FROM billing WHERE id < 3 ORDER BY id")
    assert desk.went_well, shown
    assert shown.splitlines() == [
        """INSERT INTO "billing" ("id", "note") VALUES (1, 'late');""",
        """INSERT INTO "billing" ("id", "note") VALUES (2, NULL);""",
    ]
    for several in ("billing, customer", "billing JOIN customer ON true", '"billing"', "(SELECT 1)"):
        assert 'INTO "result"' in desk.types(f"\\copyas insert SELECT 1 AS a FROM {several}"), several


def test_the_last_statement_is_shown_in_another_form(desk: Desk) -> None:
    desk.types("SELECT id, name FROM customer ORDER BY id;")
    assert desk.types("\\copyas csv").split() == ["id,name", "1,Ada", "2,Bo"]
    assert "| Ada" in desk.types("\\copyas markdown")
    assert desk.shell.view.form == "table"


def test_more_than_anybody_copies_is_cut_and_said(desk: Desk) -> None:
    many = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1500) SELECT n FROM s"
    lines = desk.types(f"\\copyas csv {many}").splitlines()
    assert len(lines) == 1 + MOST + 1
    assert lines[-1].startswith("only the first 1,000 rows; ")


@pytest.mark.parametrize(("typed", "said"), [
    ("\\copyas", "there is no format so called"),
    ("\\copyas markdwn SELECT 1", "did you mean markdown?"),
    ("\\copyas csv", "there is no last statement"),
    ("\\copyas csv UPDATE billing SET note = 'x' WHERE id = 1", "update is more than a read"),
    ("\\copyas csv DELETE FROM billing", "delete-without-where"),
])  # fmt: skip
def test_what_is_not_copied_is_said(desk: Desk, typed: str, said: str) -> None:
    desk.types("\\r")
    assert said in desk.types(typed)
    assert not desk.went_well
