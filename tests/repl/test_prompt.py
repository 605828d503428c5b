"""What stands before the cursor, by the facts of the session."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.config.look import COLORS, PLAIN
from safesql.config.look import style as pygments_style
from safesql.config.look import template as checked
from safesql.repl.place import Place
from safesql.repl.prompt import continuation, prompt
from safesql.repl.style import SQL, STYLES, style

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


@pytest.mark.parametrize("color", [*COLORS, "#000000", "#ffffff", "#aa3355", "#00ff00"])
def test_a_colour_of_the_configuration_is_behind_the_word_and_the_word_can_be_read(color: str) -> None:
    (words, shown), *_ = prompt(replace(PLACE, color=color))
    assert (words.split()[0], shown) == ("class:environment.production", " production ")
    attributes = style().get_attrs_for_style_str(words)
    assert attributes.bgcolor == (f"ansi{color}" if color in COLORS else color.removeprefix("#"))
    assert attributes.color and attributes.color != attributes.bgcolor


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


OPEN = replace(PLACE, transaction="open", age=720.0, replica=False, encrypted=True)


@pytest.mark.parametrize(
    ("place", "template", "shown"),
    [
        (PLACE, "{environment}{flags}> ", " production > "),
        (OPEN, "{user} on {environment} {role} {tls}{flags} {state} # ", "app on  production  primary tls transaction open for 12 min # "),
        (PLACE, "{user} on {environment} {role} {tls}{flags} {state} # ", "app on  production  # "),
        (replace(OPEN, encrypted=False, replica=True), "{environment}{flags} {tls} {age} {database} {target}> ",
         " production  replica no tls 12 min billing db.example.com> "),
        (replace(OPEN, user=""), "{environment} {user} {target}{flags}{transaction}$ ", " production  db.example.com*$ "),
        (PLACE, "{{{environment}}}{flags}> ", "{ production }> "),
        (replace(PLACE, transaction="failed"), PLAIN, " production  app@db.example.com/billing transaction failed: ROLLBACK > "),
        (replace(PLACE, autocommit=False), PLAIN, " production  app@db.example.com/billing autocommit off > "),
        (PLACE, PLAIN, " production  app@db.example.com/billing > "),
    ],
)  # fmt: skip
def test_a_template_says_what_stands_where(place: Place, template: str, shown: str) -> None:
    assert checked(template) == template
    assert "".join(part for _, part in prompt(place, template)) == shown


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{who}> ", "must name {environment}"),
        ("{environment}> ", "must name {flags}"),
        ("{environment}{flags}{host}> ", "names {host}, which is none of"),
        ("{environment}{flags:>9}> ", "names {flags}"),
        ("{environment!r}{flags}> ", "names {environment}"),
        ("{environment.__class__}{flags}> ", "names {environment.__class__}"),
        ("{environment}{flags}{> ", "is no template"),
        ("{environment}{flags}\x1b[31m> ", "text on one line"),
        ("{environment}{flags}" + "x" * 200, "at most 200"),
        (7, "text on one line"),
    ],
)
def test_a_template_that_hides_where_one_is_or_is_none_is_refused(template: object, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        checked(template)


@given(st.text(max_size=60).map(lambda text: "{environment}{flags}" + text))
def test_whatever_passes_for_a_template_can_be_painted(template: str) -> None:
    try:
        checked(template)
    except ValueError:
        return
    for place in (PLACE, OPEN, replace(PLACE, database="\x1b[2J", user="a\nb")):
        shown = "".join(part for _, part in prompt(place, template))
        assert shown.isprintable()
        assert place.environment in shown


@pytest.mark.parametrize("background", ["", "dark", "light"])
@pytest.mark.parametrize("sql", ["", "monokai"])
def test_every_background_has_a_colour_for_every_class(background: str, sql: str) -> None:
    made = style(background, sql)
    for name in (*STYLES, "pygments.keyword"):
        assert made.get_attrs_for_style_str(f"class:{name}") is not None
    light = style("light").get_attrs_for_style_str("class:transaction.open").color
    assert light not in ("ansiyellow", "ansibrightyellow", "ansiwhite")


def test_a_style_is_one_that_is_installed() -> None:
    assert pygments_style("monokai") == "monokai"
    with pytest.raises(ValueError, match="friendly"):
        pygments_style("no-such-style")
    assert {pygments_style(name) for name in SQL.values()} == set(SQL.values())
