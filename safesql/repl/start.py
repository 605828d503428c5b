"""Open the prompt on a session: the only place where terminal, shell, question and reader are put together."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from safesql.commands.shell import View
from safesql.engine.session import Session
from safesql.errors import SafesqlError
from safesql.formats.visible import visible
from safesql.guard.action import Action
from safesql.guard.rules import rule
from safesql.repl.answer import read_answer
from safesql.repl.arguments import Known
from safesql.repl.dialogue import Dialogue
from safesql.repl.reader import Reader, Sources
from safesql.repl.screen import terminal_screen
from safesql.repl.shell import Shell
from safesql.repl.slots import Drafts
from safesql.repl.terminal import Terminal
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect
from safesql.store.catalogs import Catalogs
from safesql.store.history import History
from safesql.store.named import NamedQueries

if TYPE_CHECKING:
    from prompt_toolkit.history import History as PromptHistory
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

    from safesql.repl.tour import Tour

LEARNED = 500              # inputs of the history whose names come first in completion


@dataclass(frozen=True, slots=True)
class Ports:
    """What the prompt needs from outside: other sessions ("" is the same target again), history, named queries."""

    connect: Callable[[str], Session]
    history: Callable[[str], History]
    named: NamedQueries
    guided: bool = False       # the tour is wanted
    profiles: tuple[str, ...] = ()
    catalogs: Catalogs | None = None                   # names for completion, from one start to the next


def start(session: Session, view: View, ports: Ports, terminal: tuple[Input, Output] | None = None) -> int:
    """Run the prompt until the person leaves; returns the exit code. The session is closed.

    ``terminal`` is where keys come from and paint goes to; the process's own where it is None.
    """
    from safesql.repl.catalog import Names
    from safesql.repl.completion import completer
    from safesql.repl.history import prompt_history
    from safesql.repl.look import look

    shell = opened(session, view, ports, terminal)

    def history(of: Session) -> PromptHistory:
        return prompt_history(ports.history(of.profile.environment.word), shell.say)

    names = shell.names = Names(catalogs=ports.catalogs)

    def dialect() -> Dialect:
        return shell.session.connection.dialect

    drafts = Drafts(dialect, lambda: _guarded(shell.session))
    sources = Sources(shell.place, dialect, shell.reading, view, _edit, lambda text: look(shell, text), drafts)
    sources = replace(sources, ui=session.profile.ui, known=Known(lambda: ports.profiles, ports.named.load))
    reader = Reader(sources, history(session), completer(sources, names), terminal)

    def begin() -> None:
        names.learn(shell.inputs()[-LEARNED:], dialect())
        names.refresh(session)

    reader.when_painted(begin)
    shell.moved = lambda to: reader.history(history(to))
    try:
        shell.loop(_guided(shell, reader) if ports.guided else reader)
    finally:
        names.close()
        shell.session.connection.close()
        shell.session.audit.close()
    return 0


def _guided(shell: Shell, reader: Reader) -> Tour:
    """The tour, which few starts need."""
    from safesql.repl.tour import Tour

    return Tour(reader, shell)


def _guarded(session: Session) -> bool:
    """Whether the profile minds a statement without WHERE."""
    policy, known = session.profile.policy, rule("delete-without-where")
    return policy.action(known.name, known.action(policy.environment)) > Action.ALLOW


def _edit(text: str) -> str | None:
    """From the key: what goes wrong leaves the buffer as it is."""
    from safesql.repl.editor import edited

    try:
        return edited(text, os.environ)
    except SafesqlError as error:
        complaint = visible(str(error))
        sys.stderr.write(f"{complaint}\n")
        return None


def opened(session: Session, view: View, ports: Ports, terminal: tuple[Input, Output] | None = None) -> Shell:
    """A shell whose questions are asked at the terminal."""
    from safesql.repl.editor import edited

    source, output = terminal or (None, None)
    screen = Terminal(
        view,
        opened=lambda: terminal_screen(view.pager, os.environ),
        read=lambda message: read_answer(message, source, output),
        errors=sys.stderr,
    )
    shell = Shell(session, view, screen, ports.connect, editor=lambda text: edited(text, os.environ), named=ports.named)
    shell.secret = lambda message: _unseen(screen, message, source, output)
    shell.inputs = lambda: ports.history(shell.session.profile.environment.word).load()
    session.ask = Dialogue(screen.announce, screen.ask, shell.preview, shell.review, session.user)
    return shell


def _unseen(screen: Terminal, message: str, source: Input | None, output: Output | None) -> str | None:
    """A line of which nothing is shown; everything that was to be shown is shown first."""
    screen.finish()
    return read_answer(message, source, output, hidden=True)
