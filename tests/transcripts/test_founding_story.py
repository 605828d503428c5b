"""``delete from billing;`` on three servers: refused, written down for review, and run once it has its WHERE."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.transcripts.conftest import Home, Person

Golden = Callable[[str, str], None]


def test_the_story_in_batch(server: str, home: Home, golden: Golden) -> None:
    told = [
        home.runs("shop", "-c", "delete from billing;"),
        home.runs("shop", stdin="delete from billing;"),
        home.runs("shop", "--stage", "review.sql", "-c", "select count(*) from billing; delete from billing;"),
        home.shows("review.sql"),
        home.runs("shop", "-f", "review.sql"),
    ]
    home.narrows("review.sql", "where status = 'void' and id < 50")
    told += [
        home.shows("review.sql"),
        home.runs("shop", "--dry-run", "-f", "review.sql"),
        home.runs("shop", "-f", "review.sql"),
        home.runs("shop", "-c", "select count(*) from billing"),
        home.runs("shop", "-c", "delete from billing where status = 'paid'"),
        home.runs("shop", "--expect-rows", "1", "-c", "delete from billing where status = 'void' and id > 80"),
        home.runs("shop", "-c", "select count(*) from billing"),
    ]
    golden(f"{server}-batch", "".join(told))


def test_the_story_at_the_prompt(server: str, home: Home, person: Person, golden: Golden) -> None:
    person.says("select count(*) from billing;")
    person.says("delete from billing;")
    person.says("\\stage review.sql")
    person.says("delete from billing;")
    person.waits()
    staged = home.shows("review.sql")
    home.narrows("review.sql", "where id <= 5")
    person.says("\\stage run")
    person.says("delete from billing where status = 'void';")
    person.answers("r")
    person.says("drop table billing;")
    person.answers("y")
    person.answers("c")
    person.says("select count(*) from billing;")
    golden(f"{server}-prompt", f"{person.leaves()}\nthe review file, before the person edited it in another window:\n\n{staged}")
