"""What is read without click is read as click reads it."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.cli.plain_words import FLAGS, LISTS, VALUES, plain
from safesql.cli.request import Request
from safesql.cli.shell_command import COMMAND
from safesql.errors import UsageError

WORDS = (*FLAGS, *VALUES, *LISTS, "select 1", "a.sql", "-", "--", "", "csv", "table", "prod", "postgresql://u@h/d", "-x",
         "--stage", "--format=csv", "-cselect 2", "--allow", "--reason", "--help")


def _by_click(words: list[str]) -> Request | str:
    try:
        with COMMAND.make_context("safesql", list(words)) as context:
            return Request.of(context.params)
    except (UsageError, click.ClickException) as error:
        return str(error)


def _by_us(words: list[str]) -> Request | str | None:
    try:
        return plain(list(words))
    except UsageError as error:
        return str(error)


@given(st.lists(st.sampled_from(WORDS), max_size=5))
def test_words_mean_what_they_mean_to_click_or_are_left_to_it(words: list[str]) -> None:
    ours = _by_us(words)
    if ours is not None:
        assert ours == _by_click(words)


@pytest.mark.parametrize("words", [
    [], ["a.db"], ["a.db", "-c", "select 1"], ["-c", "select 1", "a.db", "-c", "select 2"], ["-p", "prod", "-f", "a.sql"],
    ["a.db", "--format", "csv", "-o", "x"], ["--vi", "--no-pager", "a.db"], *[[flag] for flag in FLAGS],
])
def test_everyday_words_need_no_click(words: list[str]) -> None:
    ours = _by_us(words)
    assert isinstance(ours, Request)
    assert ours == _by_click(words)


@pytest.mark.parametrize("words", [
    ["--help"], ["a.db", "b.db"], ["-c"], ["a.db", "-c", "-1"], ["--format", "xml"], ["-o", "x", "-o", "y"], ["--vi", "--emacs"],
    ["--", "a.db"], ["--stage", "x", "a.db"], ["-cselect 1"], ["--format=csv"], ["-"], [""], ["-f", "-"], ["--tour"],
])
def test_what_may_be_read_in_two_ways_is_left_to_click(words: list[str]) -> None:
    assert plain(words) is None
