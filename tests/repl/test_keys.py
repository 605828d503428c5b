"""Keys, in both modes, through prompt_toolkit's own machinery."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.key_binding import merge_key_bindings
from prompt_toolkit.key_binding.vi_state import InputMode
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import DummyOutput

from safesql.commands.shell import View
from safesql.config.keymap import keymap
from safesql.repl.keys import actions, apply_keys, key_bindings
from safesql.repl.mapped_keys import mapped_keys

ENTER = "\r"
ALT_ENTER = "\x1b\r"
PASTE, END = "\x1b[200~", "\x1b[201~"
F4 = "\x1bOS"
F5 = "\x1b[15~"


def unedited(text: str) -> str | None:
    """An editor that is left at once."""
    return text


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


def typed(
    keyboard: PipeInput, text: str, mode: str, history: list[str] | None = None, mapped: dict[str, str] | None = None
) -> str:
    """What the prompt returns for these keys; complete is what ends with a semicolon."""
    view = View(keys=mode)
    act = actions(lambda buffer: buffer.rstrip().endswith(";") or not buffer.strip(), view, unedited)
    session: PromptSession[str] = PromptSession(
        multiline=True,
        input=keyboard,
        output=DummyOutput(),
        history=InMemoryHistory(history or []),
        key_bindings=merge_key_bindings([key_bindings(act), mapped_keys(keymap(mapped), act)] if mapped else [key_bindings(act)]),
    )
    apply_keys(session.app, view)
    keyboard.send_text(text)
    return session.prompt()


@pytest.mark.parametrize("mode", ["vi", "emacs"])
@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("select 1;" + ENTER, "select 1;"),
        ("select" + ENTER + "1;" + ENTER, "select\n1;"),
        ("delete from billing" + ENTER + "where id = 7;" + ENTER, "delete from billing\nwhere id = 7;"),
        ("select 1;" + ALT_ENTER + "select 2;" + ENTER, "select 1;\nselect 2;"),
        (ENTER, ""),
        ("select 1;\n", "select 1;"),
    ],
)
def test_enter_runs_only_what_is_complete(keyboard: PipeInput, mode: str, keys: str, text: str) -> None:
    assert typed(keyboard, keys, mode) == text


@pytest.mark.parametrize("mode", ["vi", "emacs"])
def test_paste_is_never_run_by_itself(keyboard: PipeInput, mode: str) -> None:
    pasted = PASTE + "delete from billing;\rselect 1;\r" + END
    assert typed(keyboard, pasted + "-- seen;" + ENTER, mode) == "delete from billing;\nselect 1;\n-- seen;"


def test_vi_commands_edit_the_buffer(keyboard: PipeInput) -> None:
    assert typed(keyboard, "select 1 from b;\x1b" + "0dwiselect 2 ;\x1b" + "$" + ENTER, "vi") == "select 2 ;1 from b;"


def test_enter_in_vi_normal_mode_runs_what_is_complete(keyboard: PipeInput) -> None:
    assert typed(keyboard, "select 1;\x1b" + "h" + ENTER, "vi") == "select 1;"


def test_enter_in_vi_normal_mode_never_adds_to_the_text(keyboard: PipeInput) -> None:
    keys = "select\r1\x1b" + "k" + ENTER + "A;" + ENTER
    assert typed(keyboard, keys, "vi") == "select\n1;"


@pytest.mark.parametrize(("first", "second"), [("vi", "emacs"), ("emacs", "vi")])
def test_f4_switches_the_mode_at_once(keyboard: PipeInput, first: str, second: str) -> None:
    to_start = {"emacs": "\x01", "vi": "\x1b" + "0i"}[second]
    assert typed(keyboard, "1;" + F4 + to_start + "select " + {"vi": "\x1b$", "emacs": ""}[second] + ENTER, first) == (
        "select 1;"
    )


def test_the_view_knows_the_mode_that_f4_chose() -> None:
    with create_pipe_input() as pipe:
        view = View(keys="vi")
        session: PromptSession[str] = PromptSession(
            input=pipe, output=DummyOutput(), key_bindings=key_bindings(actions(lambda _: True, view, unedited))
        )
        apply_keys(session.app, view)
        pipe.send_text(F4 + ENTER)
        session.prompt()
    assert view.keys == "emacs"


@pytest.mark.parametrize("mode", ["vi", "emacs"])
def test_ctrl_r_finds_what_was_typed_and_enter_does_not_run_it_yet(keyboard: PipeInput, mode: str) -> None:
    known = ["select 1 from ledger;", "select 2 from billing;"]
    keys = "\x12ledger" + ENTER + ENTER
    assert typed(keyboard, keys, mode, known) == "select 1 from ledger;"


@pytest.mark.parametrize("mode", ["vi", "emacs"])
def test_no_key_waits_for_long_after_escape(mode: str) -> None:
    with create_pipe_input() as pipe:
        session: PromptSession[str] = PromptSession(input=pipe, output=DummyOutput())
        apply_keys(session.app, View(keys=mode))
        assert session.app.ttimeoutlen <= 0.05


def test_no_key_of_vi_that_begins_with_escape_makes_it_wait() -> None:
    waiting: dict[str, list[object]] = {}
    with create_pipe_input() as pipe:
        view = View(keys="vi")
        session: PromptSession[str] = PromptSession(
            input=pipe, output=DummyOutput(), key_bindings=key_bindings(actions(lambda _: True, view, unedited))
        )
        apply_keys(session.app, view)

        def look() -> None:
            for mode in InputMode:
                session.app.vi_state.input_mode = mode
                longer = session.app.key_processor._bindings.get_bindings_starting_with_keys((Keys.Escape,))
                waiting[mode.value] = [binding.keys for binding in longer if binding.filter()]
            session.app.exit(result="")

        session.prompt(pre_run=look)
    assert waiting == {mode.value: [] for mode in InputMode}


@pytest.mark.parametrize(("keys", "text"), [("gg", "x;select 1;"), ("dd", "x;"), ("g", "select 1x;;")])
def test_two_keys_of_vi_are_one_command(keyboard: PipeInput, keys: str, text: str) -> None:
    assert typed(keyboard, "select 1;\x1b" + keys + "ix;\x1b$" + ENTER, "vi") == text


def test_two_keys_of_vi_may_be_typed_as_people_type() -> None:
    with create_pipe_input() as pipe:
        session: PromptSession[str] = PromptSession(input=pipe, output=DummyOutput())
        apply_keys(session.app, View(keys="vi"))
        assert session.app.timeoutlen is not None
        assert session.app.timeoutlen >= 0.4


@pytest.mark.parametrize(
    ("mode", "mapped", "keys", "text"),
    [
        ("vi", {"vi-insert jk": "normal-mode"}, "select 1 ;jk" + "0xi", "elect 1 ;"),
        ("vi", {"vi-insert jk": "normal-mode"}, "jj select j k;", "jj select j k;"),
        ("vi", {"vi-insert jk": "normal-mode", "vi-normal H": "beginning-of-line"}, "a b;jkHxA", " b;"),
        ("vi", {"vi-normal s-tab": "yank"}, "x;", "x;"),
        ("emacs", {"c-t": "type select now();"}, "\x14", "select now();"),
        ("emacs", {"emacs m-k": "backward-kill-word"}, "select one\x1bktwo;", "select two;"),
        ("emacs", {"vi-insert jk": "normal-mode"}, "jk;", "jk;"),
        ("emacs", {"c-g c-o": "run"}, "select" + "\x07\x0f" + "1;", "select\n1;"),
        ("emacs", {"f7": "new-line"}, "1;\x1b[18~2;", "1;\n2;"),
        ("vi", {"emacs jk": "new-line"}, "jk;", "jk;"),
    ],
)
def test_keys_are_mapped_by_the_person(
    keyboard: PipeInput, mode: str, mapped: dict[str, str], keys: str, text: str
) -> None:
    end = "\x1b$" if mode == "vi" else "\x05"
    assert typed(keyboard, keys + end + ENTER, mode, mapped=mapped) == text


@pytest.mark.parametrize(("mode", "keys"), [("vi", "\x1bv"), ("emacs", "\x18\x05")])
@pytest.mark.parametrize(("back", "text"), [("select 42;\n", "select 42;"), (None, "select 1;")])
def test_the_editor_gives_its_text_back_without_running_it(
    keyboard: PipeInput, mode: str, keys: str, back: str | None, text: str
) -> None:
    given: list[str] = []
    edited = threading.Event()

    def editor(buffer: str) -> str | None:
        given.append(buffer)
        edited.set()
        return back

    def person() -> None:
        keyboard.send_text("select 1;" + keys)
        assert edited.wait(10)
        time.sleep(0.3)                     # the prompt comes back; Enter before that would be lost
        keyboard.send_text(ENTER)

    view = View(keys=mode)
    session: PromptSession[str] = PromptSession(
        multiline=True,
        input=keyboard,
        output=DummyOutput(),
        key_bindings=key_bindings(actions(lambda buffer: buffer.endswith(";"), view, editor)),
    )
    apply_keys(session.app, view)
    thread = threading.Thread(target=person)
    thread.start()
    assert session.prompt() == text
    thread.join()
    assert given == ["select 1;"]


@pytest.mark.parametrize("mode", ["vi", "emacs"])
def test_f5_looks_at_the_buffer_and_leaves_it(keyboard: PipeInput, mode: str) -> None:
    seen: list[str] = []
    looked = threading.Event()

    def look(buffer: str) -> None:
        seen.append(buffer)
        looked.set()

    def person() -> None:
        keyboard.send_text("delete from t;" + F5)
        assert looked.wait(10)
        time.sleep(0.3)                     # the prompt comes back; Enter before that would be lost
        keyboard.send_text(ENTER)

    view = View(keys=mode)
    session: PromptSession[str] = PromptSession(
        multiline=True,
        input=keyboard,
        output=DummyOutput(),
        key_bindings=key_bindings(actions(lambda buffer: buffer.endswith(";"), view, unedited, look)),
    )
    apply_keys(session.app, view)
    thread = threading.Thread(target=person)
    thread.start()
    assert session.prompt() == "delete from t;"
    thread.join()
    assert seen == ["delete from t;"]
