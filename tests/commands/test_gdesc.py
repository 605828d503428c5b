r"""``\gdesc``: what a statement would return, told without running it."""

from __future__ import annotations

import pytest

from safesql.backends.contract import Transaction
from safesql.guard.action import Environment
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk


@pytest.fixture
def somewhere(desk_at: MakeDesk, postgres_target: Target) -> Desk:
    """A desk at PostgreSQL with a table of bills."""
    made = desk_at(postgres_target, Environment.DEVELOPMENT)
    made.types("CREATE TYPE mood AS ENUM ('sad', 'ok');")
    made.types("CREATE TABLE bill (id bigint PRIMARY KEY, amount numeric(10,2), note varchar(20), felt mood);")
    made.types("INSERT INTO bill VALUES (1, 5, 'a', 'ok');")
    return made


def cells(shown: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in shown.splitlines() if "|" in line][1:]


def test_columns_have_the_types_that_the_server_writes(somewhere: Desk) -> None:
    shown = somewhere.types("SELECT *, amount AS amount, id + 1, array[note] AS notes FROM bill \\gdesc")
    assert somewhere.went_well, shown
    assert cells(shown) == [
        ["id", "bigint"], ["amount", "numeric(10,2)"], ["note", "character varying(20)"], ["felt", "mood"],
        ["amount", "numeric(10,2)"], ["?column?", "bigint"], ["notes", "character varying(20)[]"],
    ]  # fmt: skip


@pytest.mark.parametrize("opened", [False, True])
def test_nothing_is_run_in_a_transaction_or_outside(somewhere: Desk, opened: bool) -> None:
    if opened:
        somewhere.types("BEGIN;")
    before = somewhere.shell.session.connection.transaction
    shown = somewhere.types("UPDATE bill SET amount = 6 WHERE id = 1 RETURNING amount \\gdesc")
    assert cells(shown) == [["amount", "numeric(10,2)"]], shown
    assert somewhere.shell.session.connection.transaction is before
    assert "5.00" in somewhere.types("SELECT amount FROM bill;")
    assert "it returns no rows" in somewhere.types("INSERT INTO bill VALUES (2) \\gdesc")
    assert "1" in cells(somewhere.types("SELECT count(*), 0 FROM bill;"))[0]


def test_what_the_server_cannot_read_is_said_and_costs_no_transaction(somewhere: Desk) -> None:
    somewhere.types("BEGIN;")
    shown = somewhere.types("SELECT nothing FROM bill \\gdesc")
    assert 'column "nothing" does not exist' in shown
    assert not somewhere.went_well
    assert somewhere.shell.session.connection.transaction is Transaction.OPEN


def test_the_last_statement_is_described(somewhere: Desk) -> None:
    somewhere.types("SELECT id FROM bill;")
    assert cells(somewhere.types("\\gdesc")) == [["id", "bigint"]]


def test_what_is_refused_is_not_sent_and_all_is_written_down(somewhere: Desk) -> None:
    log = somewhere.shell.session.audit.path
    assert "nothing was sent" in somewhere.types("DELETE FROM bill RETURNING id \\gdesc")
    assert not somewhere.went_well
    assert '"refused"' in log.read_text("utf-8").splitlines()[-1]
    somewhere.types("SELECT id FROM bill \\gdesc")
    assert '"described"' in log.read_text("utf-8").splitlines()[-1]


def test_a_server_that_cannot_tell_is_named(desk: Desk) -> None:
    desk.types("SELECT id FROM billing;")
    assert "add LIMIT 0" in desk.types("\\gdesc")
    assert not desk.went_well
