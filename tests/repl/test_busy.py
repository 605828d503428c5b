"""While a statement takes long a line says so, and leaves no trace; its end rings when that was asked for."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from threading import Event

import pytest

from safesql.repl.busy import Busy, elapsed
from tests.repl.conftest import AtPrompt


class Paper(io.StringIO):
    """What was written, as a terminal would show the line."""

    def line(self) -> str:
        return self.getvalue().rpartition("\r\x1b[K")[2]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


class Clock:
    """Seconds that pass when somebody looks."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_nothing_is_painted_for_what_is_soon_over() -> None:
    paper = Paper()
    with Busy(paper, clock=Clock(0.0)).running():
        time.sleep(0.5)
    assert paper.getvalue() == ""


def test_a_long_statement_is_seen_to_run_and_the_line_goes_away() -> None:
    paper = Paper()
    with Busy(paper, clock=Clock(61.0)).running():
        until(lambda: "Ctrl-C stops it" in paper.getvalue())
    assert paper.line() == ""


def test_what_is_held_is_not_painted_until_an_answer_is_there_and_time_begins_anew() -> None:
    paper, clock = Paper(), Clock(0.0)
    busy = Busy(paper, clock=clock)
    with busy.running():
        clock.now = 100.0
        until(lambda: "1:40" in paper.line())
        busy.hold()
        assert paper.line() == ""
        written = paper.getvalue()
        time.sleep(0.5)
        assert paper.getvalue() == written
        busy.go_on()
        clock.now = 107.0
        until(lambda: " 7 s" in paper.line())


@pytest.mark.parametrize(("took", "bell", "rings"), [(5.0, None, False), (5.0, 4.0, True), (5.0, 6.0, False), (5.0, 0.0, True)])
def test_the_end_rings_after_as_many_seconds_as_were_asked_for(took: float, bell: float | None, rings: bool) -> None:
    paper, clock = Paper(), Clock(0.0)
    with Busy(paper, spins=False, clock=clock).running(bell):
        clock.now = took
    assert paper.getvalue() == ("\a" if rings else "")


def test_what_a_server_tells_is_shown_harmlessly_and_its_connection_closed() -> None:
    paper, clock, closed = Paper(), Clock(0.0), Event()
    with Busy(paper, clock=clock, told=lambda: "scanning\x1b[2J heap, 40%", close=closed.set).running():
        clock.now = 5.0
        until(lambda: "heap, 40%  Ctrl-C stops it" in paper.getvalue())
    assert closed.wait(10)
    assert "\x1b[2J" not in paper.getvalue()


def test_a_failure_ends_it_too() -> None:
    paper, clock = Paper(), Clock(0.0)
    with pytest.raises(KeyboardInterrupt), Busy(paper, clock=clock).running():
        clock.now = 100.0
        until(lambda: "1:40" in paper.line())
        raise KeyboardInterrupt
    assert paper.line() == ""


def test_a_terminal_that_is_gone_stops_nothing() -> None:
    paper, clock = Paper(), Clock(0.0)
    with Busy(paper, clock=clock).running(1.0):
        clock.now = 100.0
        paper.close()
        time.sleep(0.5)


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "0 s"), (59.9, "59 s"), (60, "1:00"), (3725, "1:02:05")])
def test_time_is_said_shortly(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text


def test_at_the_prompt_a_slow_query_spins_and_is_stopped_by_ctrl_c(at_prompt: AtPrompt) -> None:
    with at_prompt() as person:
        person.types("with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r;\r")
        person.sees("Ctrl-C stops it")
        person.types("\x03")
        person.sees("cancelled")
        assert "Ctrl-C stops it" not in person.text
        person.types("\\set bell soon\r")
        person.sees("bell is a number of seconds")
        person.types("\\set bell 10\r")
        person.sees("bell: 10 s")
