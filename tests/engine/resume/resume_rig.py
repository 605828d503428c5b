"""Scripts that are run with a ledger, interrupted in every way, gone on with, and compared with a run that was not."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.profile import Profile
from safesql.engine.answers import Answers
from safesql.engine.batch import Options, judge_all, run, walk_of
from safesql.engine.preflight import Demands
from safesql.engine.report import Report
from safesql.engine.resume.going_on import Asked, Way, from_the_beginning, from_where_it_stopped
from safesql.engine.resume.place import Script, names_of
from safesql.engine.script import file_source
from safesql.engine.session import Session
from safesql.errors import OutcomeUnknown
from safesql.guard.action import Action, Environment
from safesql.guard.analysis import effect_of
from safesql.guard.policy import Policy
from safesql.guard.verdict import Clearance, Verdict
from safesql.result import Result
from safesql.sql.splitter import split
from safesql.sql.statement import Statement
from safesql.store.ledger.ledger import Ledger
from safesql.target import Target
from tests.rig.logs import log_of

Cut = Callable[[Session], object]
"""Called before each statement; true stops the run there, as SIGTERM does."""
WATCHED = ("engine/", "store/", "backends/")
DOUBT = re.compile(r"--last-done (\d+)")


@dataclass(frozen=True, slots=True)
class Rig:
    """A script on a server, with a state folder of its own."""

    target: Target
    folder: Path
    script: Path
    mode: str = "stop"                   # stop, continue or -1

    def session(self) -> Session:
        """In development, where nothing is asked."""
        profile = Profile("test", self.target, policy=Policy(Environment.DEVELOPMENT))
        return Session(connect(self.target), profile, log_of(self.folder), user="me")

    def run(
        self, *, resume: bool = False, last_done: int | None = None, cut: Cut | None = None, followed: bool = True
    ) -> Report | str:
        """One run as the command line has it; a sentence where there was nothing to run."""
        session = self.session()
        try:
            return self._run(session, (resume, last_done, followed), cut)
        finally:
            session.connection.close()
            session.audit.close()

    def _run(self, session: Session, asked_for: tuple[bool, int | None, bool], cut: Cut | None) -> Report | str:
        resume, last_done, followed = asked_for
        sources = (file_source(str(self.script)),)
        options = Options("continue" if self.mode == "continue" else "stop", Answers(), Demands(atomic=self.mode == "-1"))
        walk = walk_of(session, sources)
        for _ in walk:
            pass
        asked = Asked(
            Script(str(walk.text), names_of(sources), self.mode == "-1"),
            lambda: walk_of(session, sources, running=True), self.mode == "continue", last_done,
        )
        begins = from_where_it_stopped if resume else from_the_beginning
        way = begins(session, self.folder, asked) if followed else Way()
        if resume and way.passing is None:
            return way.said
        if way.passing is not None and way.following is not None:
            demands = replace(options.demands, settled=way.passing.settled)
            options = replace(options, passage=way.passing, witness=way.following, demands=demands)
        found = judge_all(session, sources, options)
        assert found.passes, (found.breakers, found.stopped)
        if cut is not None:
            options = replace(options, stop_asked=lambda: bool(cut(session)))
        return run(session, sources, options, unseen, found.statements)

    def run_in_child(self, last: int, *, resume: bool = False, last_done: int | None = None) -> tuple[int, str]:
        """The same in a process that is killed at a step; its exit code or minus the signal, and what ended the run."""
        told = self.folder / "told"
        told.unlink(missing_ok=True)

        def work() -> int:
            steps = Steps(last)
            sys.settrace(steps)
            try:
                report = self.run(resume=resume, last_done=last_done)
                sys.settrace(None)
                (self.folder / "steps").write_text(str(steps.done))
                told.write_text(report if isinstance(report, str) else f"{report.exit_code} {report.end}")
            except OutcomeUnknown as error:
                sys.settrace(None)
                told.write_text(f"doubt {error}")
            return 0

        code = in_child(work)
        return code, told.read_text() if told.exists() else ""


class Steps:
    """Counts the lines that are executed in the watched modules, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self.last = last

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any] | None:
        if not any(part in frame.f_code.co_filename for part in WATCHED):
            return None
        if event == "line":
            self.done += 1
            if self.done == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def in_child(work: Callable[[], int]) -> int:
    """Run in a process of its own; its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def execute(target: Target, text: str) -> list[tuple[object, ...]]:
    """Statements of the test's own, on a connection of its own; the rows of the last."""
    connection = connect(target)
    try:
        return on(connection, text)
    finally:
        connection.close()


def on(connection: Connection, text: str) -> list[tuple[object, ...]]:
    """Statements of the test's own; the rows of the last."""
    rows: list[tuple[object, ...]] = []
    for piece in split(text, connection.dialect):
        assert isinstance(piece, Statement)
        result = connection.execute(Clearance(Verdict(piece, effect_of(piece), Action.ALLOW)))
        rows = list(result.rows())
        result.summary()
    return rows


def unseen(result: Result) -> int:
    """Read and forget."""
    return sum(len(chunk) for chunk in result)


def ledgers(rig: Rig) -> list[Ledger]:
    """All ledgers of a rig."""
    return [Ledger(path.parent, path.stem) for path in (rig.folder / "ledger").glob("*.ledger")]
