r"""``\encoding``: told on every server, changed where the server converts."""

from __future__ import annotations

from safesql.sql.dialect import Family
from safesql.target import Target
from tests.commands.conftest import Desk, MakeDesk


def test_the_encoding_is_told_and_another_is_taken_or_refused(desk_at: MakeDesk, target: Target) -> None:
    desk = desk_at(target)
    assert desk.types("\\encoding").strip().upper().replace("-", "") in ("UTF8", "UTF8MB4")
    converts = desk.shell.session.connection.dialect.family is Family.POSTGRES
    shown = desk.types("\\encoding LATIN1")
    assert desk.went_well is converts, shown
    assert converts or "speaks UTF-8" in shown
    assert (desk.types("\\encoding") == "LATIN1\n") is converts
    assert "é" in desk.types("SELECT 'é';")
    desk.types("\\encoding utf8")
    assert desk.went_well


def test_the_name_is_never_more_than_a_name(desk_at: MakeDesk, postgres_target: Target) -> None:
    desk: Desk = desk_at(postgres_target)
    assert "invalid value" in desk.types("\\encoding UTF8'; SELECT 'run'")
    assert "run |" not in desk.types("\\encoding")
