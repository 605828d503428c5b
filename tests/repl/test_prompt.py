"""What stands before the cursor, by the facts of the session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safesql.repl.place import Place
from safesql.repl.prompt import continuation, prompt
from safesql.repl.style import STYLES

PLACE = Place(target="db.example.com", user="app", database="billing")


def text(place: Place) -> str:
    return "".join(part for _, part in prompt(place))


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, " production  app@db.example.com/billing> "),
        ({"environment": "staging"}, " staging  app@db.example.com/billing> "),
        ({"transaction": "open"}, " production  app@db.example.com/billing*> "),
        ({"transaction": "failed"}, " production  app@db.example.com/billing!> "),
        ({"transaction": "unknown"}, " production  app@db.example.com/billing?> "),
        ({"replica": True}, " production  app@db.example.com/billing replica> "),
        ({"replica": False}, " production  app@db.example.com/billing> "),
        ({"read_only": True}, " production  app@db.example.com/billing read-only> "),
        ({"insecure": True}, " production  app@db.example.com/billing insecure> "),
        ({"staging": "review.sql"}, " production  app@db.example.com/billing staging> "),
        ({"user": "", "target": "billing.db", "database": "main"}, " production  billing.db> "),
    ],
)
def test_the_prompt_says_where_one_is(facts: dict[str, object], shown: str) -> None:
    assert text(replace(PLACE, **facts)) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("environment", ["production", "staging", "development"])
def test_the_environment_is_a_word_and_a_colour(environment: str) -> None:
    style, word = prompt(replace(PLACE, environment=environment))[0]
    assert word.strip() == environment
    assert STYLES[style.removeprefix("class:")]


def test_production_is_red_and_only_production() -> None:
    red = [name for name, style in STYLES.items() if name.startswith("environment.") and "bg:ansired" in style]
    assert red == ["environment.production"]


def test_every_style_of_the_prompt_is_a_colour_that_exists() -> None:
    for transaction in ("open", "failed", "unknown"):
        place = replace(PLACE, transaction=transaction, replica=True, insecure=True, staging="x")
        classes = [style.removeprefix("class:") for style, _ in prompt(place) if style]
        assert set(classes) <= set(STYLES)


def test_names_cannot_act_on_the_terminal() -> None:
    assert text(replace(PLACE, database="a\x1b]0;x\x07\nb")).isprintable()


def test_a_long_name_leaves_room_for_the_statement() -> None:
    assert len(text(replace(PLACE, target="h" * 500, database="billing"))) < 70
    assert text(replace(PLACE, target="h" * 500, database="billing")).endswith("/billing> ")


@pytest.mark.parametrize("width", [3, 20, 60])
def test_further_lines_begin_below_the_first(width: int) -> None:
    assert len("".join(part for _, part in continuation(width))) == width
