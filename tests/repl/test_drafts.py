"""Statements begun by Tab, held back by Enter, turned by F6: as texts, and through prompt_toolkit's own machinery."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.key_binding import merge_key_bindings
from prompt_toolkit.output import DummyOutput

from safesql.commands.shell import View
from safesql.repl.draft_keys import draft_keys
from safesql.repl.keys import actions, apply_keys, key_bindings
from safesql.repl.slots import SLOT, Drafts, Input, empty_place, skeleton
from safesql.sql.dialects import DIALECTS

ENTER, TAB, F6, END = "\r", "\t", "\x1b[17~", "\x05"
PG = DIALECTS["postgres"]


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


def typed(keyboard: PipeInput, text: str, mode: str, *, guarded: bool = True) -> str:
    """What the prompt returns for these keys."""
    view = View(keys=mode)
    drafts = Drafts(lambda: PG, lambda: guarded)
    bindings = [key_bindings(actions(lambda buffer: buffer.rstrip().endswith(";"), view, lambda text: text)), draft_keys(drafts)]
    session: PromptSession[str] = PromptSession(
        multiline=True, input=keyboard, output=DummyOutput(), key_bindings=merge_key_bindings(bindings)
    )
    apply_keys(session.app, view)
    keyboard.send_text(text)
    return session.prompt()


@pytest.mark.parametrize("mode", ["vi", "emacs"])
@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("delete" + TAB + "id = 7;" + TAB + "billing" + ENTER, "DELETE FROM billing WHERE id = 7;"),
        ("delete" + TAB + "id = 7;" + ENTER + "billing" + ENTER, "DELETE FROM billing WHERE id = 7;"),
        ("UPDATE " + TAB + "id = 7;" + TAB + "t" + ENTER + "a = 1" + ENTER, "UPDATE t SET a = 1 WHERE id = 7;"),
        ("delete from t where;" + ENTER + "id = 7" + ENTER, "delete from t where id = 7;"),
        ("delete from t where id = 7;" + F6 + ENTER, "SELECT * FROM t where id = 7;"),
        ("delete from t where id = 7;" + F6 + F6 + ENTER, "delete from t where id = 7;"),
        ("select 1;" + F6 + ENTER, "select 1;"),
    ],
)
def test_keys_lead_to_the_where(keyboard: PipeInput, mode: str, keys: str, text: str) -> None:
    assert typed(keyboard, keys, mode) == text


def test_an_unguarded_profile_sends_an_empty_where_and_no_empty_place(keyboard: PipeInput) -> None:
    assert typed(keyboard, "delete from t where;" + ENTER, "emacs", guarded=False) == "delete from t where;"
    keys = "delete" + TAB + "id = 7;" + ENTER + "t" + ENTER
    assert typed(keyboard, keys, "emacs", guarded=False) == "DELETE FROM t WHERE id = 7;"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("delete", f"DELETE FROM {SLOT} WHERE "),
        ("select 1;\n delete", f"select 1;\n DELETE FROM {SLOT} WHERE "),
        ("explain delete", None),
        ("delete from", None),
        ("'delete", None),
        ("-- delete", None),
        ("delete;", None),
    ],
)
def test_only_a_statement_that_is_one_word_is_begun(before: str, text: str | None) -> None:
    found = skeleton(Input(before, len(before)), PG)
    assert (found.text if found else None) == text
    assert found is None or found.cursor == len(found.text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("DELETE FROM t WHERE;", 19),
        ("UPDATE t SET a = 1 WHERE", 24),
        ("SELECT 1; DELETE FROM t WHERE -- later\n;", 29),
        ("WITH d AS (DELETE FROM t WHERE) SELECT 1;", 30),
        (f"DELETE FROM {SLOT} WHERE id = 1", 12),
        ("DELETE FROM t WHERE id = 1;", None),
        ("SELECT 1 FROM t WHERE;", None),
        ("DELETE FROM t;", None),
        ("INSERT INTO t VALUES ('WHERE');", None),
    ],
)
def test_an_empty_where_is_found(text: str, place: int | None) -> None:
    assert empty_place(text, PG) == place
