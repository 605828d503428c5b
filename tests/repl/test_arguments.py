"""Files, profiles and named queries behind the commands that take them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.errors import CannotRecord
from safesql.repl.arguments import Known
from safesql.repl.catalog import Names
from safesql.repl.completion import offered
from safesql.sql.dialects import DIALECTS

if TYPE_CHECKING:
    from tests.repl.conftest import AtPrompt

KNOWN = Known(lambda: ("prod-eu", "staging_db", "ops\x1b[2J"), lambda: ("late bills", "late", "top"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The working folder, with files whose names are awkward."""
    for name in ("changes.sql", "two words.sql", ".hidden.sql", "stale\x1b[2J.sql", "ends;"):
        (tmp_path / name).write_text("")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "deep.sql").write_text("")
    with chdir(tmp_path):
        yield tmp_path


def completed(text: str) -> list[str]:
    """The input as each candidate leaves it."""
    names = Names()
    found = offered(text, len(text), DIALECTS["sqlite"], names, KNOWN)
    return [text[: len(text) - each.length] + each.text for each in found]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("\\i ", ["\\i changes.sql", "\\i more/", "\\i two words.sql"]),
        ("\\i two w", ["\\i two words.sql"]),
        ("\\i 'two ", ["\\i 'two words.sql"]),
        ("\\i more/", ["\\i more/deep.sql"]),
        ("\\i .h", ["\\i .hidden.sql"]),
        ("\\i ./cha", ["\\i ./changes.sql"]),
        ("\\i nothing", []),
        ("\\i ~nobody-of-that-name/x", []),
        ("\\i \x00", []),
        ("\\o ch", ["\\o changes.sql"]),
        ("\\stage ch", ["\\stage changes.sql"]),
        ("\\stage s", ["\\stage show"]),
        ("\\c pro", ["\\c prod-eu"]),
        ("\\c ops", []),
        ("\\connect s", ["\\connect staging_db"]),
        ("\\c cha", ["\\c changes.sql"]),
        ("\\n la", ["\\n late bills", "\\n late"]),
        ("\\nd t", ["\\nd top"]),
        ("\\n late v", []),
        ("\\set on_error_rollback int", ["\\set on_error_rollback interactive"]),
        ("\\set auto", ["\\set autocommit"]),
    ],
)
def test_what_a_command_takes_is_completed(folder: Path, text: str, whole: list[str]) -> None:
    assert completed(text) == whole


def test_queries_that_cannot_be_read_are_no_reason_to_disturb() -> None:
    def broken() -> list[str]:
        raise CannotRecord("the file is not ours")

    assert offered("\\n l", 4, DIALECTS["sqlite"], Names(), Known(queries=broken)) == []


def test_at_a_terminal(at_prompt: AtPrompt, tmp_path: Path) -> None:
    config = tmp_path / "home" / "config" / "safesql" / "config.toml"
    config.parent.mkdir(parents=True, mode=0o700)
    config.write_text('[profiles.shop-eu]\npath = "shop.db"\n')
    config.chmod(0o600)
    (tmp_path / "home" / "reads.sql").write_text("select 41 + 1 as answer;\n")
    with at_prompt() as person:
        person.sees(":memory:>")
        person.types("\\i rea")
        person.sees("reads.sql  file")
        person.types("\t")
        person.sees("> \\i reads.sql")
        person.types("\r")                              # takes the name
        person.looks(0.3)
        person.types("\r")
        person.sees("42")
        person.types("\\c sho")
        person.sees("shop-eu  profile")
        person.types("\t")
        person.sees("> \\c shop-eu")
