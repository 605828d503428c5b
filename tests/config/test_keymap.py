"""Keys that a person maps, as the configuration spells them."""

from __future__ import annotations

import re

import pytest
from prompt_toolkit.key_binding.bindings.named_commands import get_by_name
from prompt_toolkit.key_binding.key_bindings import _parse_key

from safesql.config.keymap import OWN, READLINE, Mapped, keymap
from safesql.config.schema import UI
from safesql.config.spelled import spelled


@pytest.mark.parametrize(
    ("keys", "mode", "named"),
    [
        ("vi-insert jk", "vi-insert", ("j", "k")),
        ("vi-insert j k", "vi-insert", ("j", "k")),
        ("vi-normal g f", "vi-normal", ("g", "f")),
        ("emacs c-t", "emacs", ("c-t",)),
        ("f7", "", ("f7",)),
        ("c-x c-r", "", ("c-x", "c-r")),
        ("emacs m-x", "emacs", ("escape", "x")),
        ("emacs m-left", "emacs", ("escape", "left")),
        ("s-tab", "", ("s-tab",)),
        ("vi-normal space", "vi-normal", ("space",)),
        ("ö", "", ("ö",)),
    ],
)
def test_keys_are_named_as_people_name_them(keys: str, mode: str, named: tuple[str, ...]) -> None:
    assert keymap({keys: "preview"}) == (Mapped(mode, named, "preview"),)
    for each in named:
        _parse_key(each)                        # prompt_toolkit knows it


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({}, "a table of keys"),
        ("jk", "a table of keys"),
        ({"": "preview"}, "no key is named"),
        ({"vi-insert": "preview"}, "no key is named"),
        ({"ctrl-t": "preview"}, "'ctrl-t', which is no key"),
        ({"f25": "preview"}, "'f25', which is no key"),
        ({"enter": "new-line"}, "stay as they are"),
        ({"c-c": "run"}, "stay as they are"),
        ({"vi-normal c-d": "run"}, "stay as they are"),
        ({"escape x": "run"}, "would have to wait"),
        ({"vi-insert m-x": "run"}, "would have to wait"),
        ({"c-t": "previw"}, "did you mean preview?"),
        ({"c-t": "accept-line"}, "no action"),
        ({"c-t": "edit-and-execute-command"}, "no action"),
        ({"c-t": "type "}, "no action"),
        ({"c-t": "type a\nb"}, "no action"),
        ({"c-t": 7}, "no action"),
    ],
)
def test_what_is_wrong_is_named(table: object, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        keymap(table)


def test_every_action_of_readline_is_one_that_the_prompt_has() -> None:
    for name in READLINE:
        assert get_by_name(name) is not None
    assert not set(OWN) & set(READLINE)


def test_it_is_a_setting_and_is_printed_as_it_can_be_read() -> None:
    table = {"vi-insert j k": "normal-mode", "f7": "type select"}
    assert UI["keys"] is keymap
    assert spelled(keymap(table)) == '{"vi-insert j k" = "normal-mode", "f7" = "type select"}'
