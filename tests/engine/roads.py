"""Every road from a text to a server: each takes one statement down it, and the audit log says what became of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.engine.connect import Around, open_session
from safesql.engine.undoing.staged import opening
from safesql.errors import SafesqlError
from safesql.sql.dialects import DIALECTS
from safesql.store.audit import AuditLog
from safesql.store.history import History
from safesql.target import Target
from tests.commands.conftest import Desk


@dataclass(frozen=True, slots=True)
class Trip:
    """One statement, without its terminator, on its way to a target; ``home`` holds the audit log and the scripts."""

    target: Target
    home: Path
    text: str
    desk: Callable[[], Desk]

    @property
    def log(self) -> Path:
        """The audit log of the trip."""
        return self.home / "state" / "audit.jsonl"

    @property
    def url(self) -> str:
        """The target as the command line takes it."""
        if self.target.backend == "sqlite":
            return self.target.path
        scheme = "postgresql" if self.target.backend == "postgres" else "mariadb"
        return f"{scheme}://{self.target.user}@{self.target.host}:{self.target.port}/{self.target.database}"

    def script(self, name: str = "script.sql") -> Path:
        """The statement as a file."""
        path = self.home / name
        path.write_text(f"{self.text};\n", "utf-8")
        return path


Road = Callable[[Trip], None]


def process(trip: Trip, *words: str, piped: str = "") -> None:
    """The program itself, with nobody at a terminal."""
    env = {"PATH": os.environ["PATH"], "HOME": str(trip.home), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "safesql", trip.url, *words], input=piped.encode(), capture_output=True, env=env,
        cwd=trip.home, timeout=60, check=False,
    )  # fmt: skip
    made = trip.home / ".local/state/safesql/audit.jsonl"
    assert made.exists(), done.stderr.decode()
    trip.log.parent.mkdir(exist_ok=True, mode=0o700)
    made.rename(trip.log)


def typed(trip: Trip) -> None:
    """At the prompt."""
    trip.desk().types(f"{trip.text};")


def included(trip: Trip) -> None:
    r"""``\i``."""
    trip.desk().types(f"\\i {trip.script()}")


def recalled(trip: Trip) -> None:
    """Typed once in another session, and taken out of the history in this one."""
    history = History.of(trip.home / "history", "production")
    history.append(f"{trip.text};")
    trip.desk().types(history.load()[-1])


def edited(trip: Trip) -> None:
    r"""``\e``: what the editor leaves comes back into the input."""
    desk = trip.desk()
    editor = trip.home / "editor"
    editor.write_text(f"#!/bin/sh\ncp {trip.script()} \"$1\"\n")
    editor.chmod(0o700)
    desk.types("\\e")
    desk.types(desk.shell._next)


def relative(trip: Trip) -> None:
    r"""``\ir`` in a script, in a folder of its own."""
    folder = trip.home / "folder"
    folder.mkdir(exist_ok=True)
    trip.script().rename(folder / "inner.sql")
    (folder / "outer.sql").write_text("\\ir inner.sql\n" if trip.target.backend == "postgres" else "source inner.sql\n")
    if trip.target.backend == "postgres":
        trip.desk().types(f"\\i {folder}/outer.sql")
    else:
        (folder / "outer.sql").write_text(f"{trip.text};\n")
        trip.desk().types(f"\\ir {folder}/outer.sql")


def named(trip: Trip) -> None:
    r"""``\ns`` and then ``\n``."""
    desk = trip.desk()
    desk.types(f"\\named-save it {trip.text}")
    desk.types("\\named it")


def staged(trip: Trip) -> None:
    r"""``\stage``, and what was staged run later."""
    desk = trip.desk()
    desk.types(f"\\stage {trip.home}/review.sql")
    desk.types(f"{trip.text};")
    desk.types("\\stage run")


def reviewed(trip: Trip) -> None:
    """``--stage``, and the review file run later by ``-f``."""
    process(trip, "--stage", str(trip.home / "review.sql"), "-c", trip.text)
    trip.log.unlink()
    review = trip.home / "review.sql"
    process(trip, "-f", str(review if review.exists() else trip.script()))


def undone(trip: Trip) -> None:
    """In an undo script, behind the lines that make other clients take nothing but SQL from it."""
    head = "\n".join(opening(DIALECTS[trip.target.dialect]))
    script = trip.script("undo.sql")
    script.write_text(f"{head}\n{trip.text};\n", "utf-8")
    process(trip, "-f", str(script))


def first(trip: Trip) -> None:
    """``init`` of a profile."""
    around = Around(lambda: AuditLog.of(trip.home / "state"), "tester", Passwords({}, warn=print))
    try:
        session = open_session(Profile("app", trip.target, init=(trip.text,)), around)
    except SafesqlError:
        return
    session.connection.close()
    session.audit.close()


def watched(trip: Trip) -> None:
    r"""``\watch`` of what stands in the buffer."""
    desk = trip.desk()
    desk.shell.last = trip.text
    desk.types("\\watch 0.01 c=1")


ROADS: dict[str, Road] = {
    "-c": lambda trip: process(trip, "-c", trip.text),
    "-f": lambda trip: process(trip, "-f", str(trip.script())),
    "-1 -f": lambda trip: process(trip, "-1", "-f", str(trip.script())),
    "stdin": lambda trip: process(trip, piped=f"{trip.text};\n"),
    "-f -": lambda trip: process(trip, "-f", "-", piped=f"{trip.text};\n"),
    "typed": typed,
    "\\i": included,
    "\\ir": relative,
    "\\e": edited,
    "history": recalled,
    "\\n": named,
    "\\stage run": staged,
    "--stage, -f": reviewed,
    "undo script": undone,
    "init": first,
    "\\watch": watched,
}
"""A new way to run text is a line here."""
