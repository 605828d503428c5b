"""The line below the input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.formats.width import width
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.repl.place import Place
from safesql.repl.reading import Reading
from safesql.repl.style import STYLES
from safesql.repl.toolbar import toolbar
from safesql.sql.dialects import DIALECTS

PLACE = Place("db.example.com", "app", "billing")


def verdict(text: str) -> Verdict | None:
    return Reading(lambda statement: judge(statement, Policy()), lambda: DIALECTS["postgres"]).worst(text)


def line(text: str, place: Place = PLACE, columns: int = 80) -> str:
    return "".join(part for _, part in toolbar(verdict(text), place, "vi insert ", columns))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("delete from billing", " BLOCK  delete-without-where: every row of billing goes"),
        ("delete from billing where id = 7", " ALLOW "),
        ("select 1", " ALLOW  changes nothing"),
        ("sel", " ... not a statement yet"),
        ("select 'open", " ... not a statement yet"),
        ("selec 1;", " BLOCK  opaque-statement"),
        ("", " \\? help"),
    ],
)
def test_the_verdict_comes_first(text: str, shown: str) -> None:
    assert line(text).startswith(shown)
    assert line(text).endswith("vi insert ")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("h", transaction="open"), "transaction open"),
        (Place("h", transaction="open", age=59.0), "transaction open "),
        (Place("h", transaction="open", age=60.0), "transaction open for 1 min"),
        (Place("h", transaction="open", age=7300.0), "transaction open for 2 h"),
        (Place("h", autocommit=False), "autocommit off"),
        (Place("h", autocommit=False, transaction="open"), "transaction open "),
        (Place("h", transaction="failed"), "transaction failed: ROLLBACK"),
        (Place("h", transaction="unknown"), "transaction state unknown"),
        (Place("h", staging="review.sql"), "staging to review.sql"),
    ],
)
@pytest.mark.parametrize("text", ["", "delete from billing"])
def test_the_state_is_said_in_words_however_narrow(place: Place, words: str, text: str) -> None:
    assert words in line(text, place)


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(60, 220))
def test_it_is_one_line_that_fits(text: str, columns: int) -> None:
    shown = line(text, columns=columns)
    assert width(shown) <= columns
    assert shown.isprintable()


def test_every_style_of_it_is_a_colour_that_exists() -> None:
    for text in ("delete from t", "delete from t where id = 1", "drop table t", ""):
        styles = {style for style, _ in toolbar(verdict(text), PLACE, "emacs", 80) if style}
        assert {style.removeprefix("class:") for style in styles} <= set(STYLES)
