"""From a request to a session, and from there to batch or prompt."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from safesql.cli.followed_events import following
from safesql.cli.output import colored, output_of
from safesql.cli.places import places_of
from safesql.cli.request import Request
from safesql.cli.say import complain, say
from safesql.config.load import Config, load
from safesql.config.password import Passwords
from safesql.config.profile import Profile
from safesql.engine.connect import Around, open_session
from safesql.engine.events import Events
from safesql.engine.session import Session
from safesql.engine.undoing.attach import attach
from safesql.errors import UsageError
from safesql.guard.action import Environment, Undo
from safesql.guard.policy import Policy
from safesql.guard.verdict import Verdict
from safesql.slotted import replace
from safesql.store.audit import AuditLog
from safesql.store.private import state_folder
from safesql.target import Target

if TYPE_CHECKING:
    from safesql.engine.question import Ask

DEMO_LIMITS = Policy(confirm_rows=10, max_rows=1000)


def start(request: Request, *, terminal: bool, demo: str = "") -> int:
    """Connect and run; returns the exit code. ``demo`` is the path of the demo database."""
    if request.events is not None and not request.batch and terminal:
        raise UsageError("--events goes with -f, -c or piped input: the prompt has a person to tell")
    with following(request) as events:
        return _connect(request, events, terminal=terminal, demo=demo)


def _connect(request: Request, events: Events | None, *, terminal: bool, demo: str) -> int:
    """The session, and what is done in it."""
    from safesql.cli.batch_run import batch
    from safesql.cli.first_start import first_start
    from safesql.store.review import ReviewFile

    places = places_of(request.config, without=request.no_config)
    config = load(places)
    for note in config.notes:
        complain(str(note))
    profile = _demo(demo) if demo else _profile(config, request)
    prompting = not request.batch and terminal
    session = open_session(profile, _around(request, terminal=terminal))
    with closing(session.connection), closing(session.audit):
        session.review = ReviewFile(Path(request.stage)) if request.stage else None
        session.ask = _ask(session, request, terminal=terminal)
        _keep_undo(session, typed=prompting or bool(request.commands))
        if prompting:
            written = "" if demo else first_start(places)
            if written:
                say(written)
            return _prompt(session, request, config)
        form = request.form or profile.ui.format or None
        output = output_of(form, request.output, request.color, session.connection.dialect)
        return batch(session, request, output, events)


def _profile(config: Config, request: Request) -> Profile:
    """The profile that is meant; ``--environment`` may only make it stricter, unless the target has no profile."""
    profile = config.resolve(request.target or "", request.profile or "")
    if request.environment is None:
        if not profile.name and profile.target.path == ":memory:":
            return replace(profile, policy=replace(profile.policy, environment=Environment.DEVELOPMENT))
        return profile
    wanted = Environment[request.environment.upper()]
    if profile.name and wanted < profile.environment:
        raise UsageError(
            f"profile {profile.name} is {profile.environment.word}; --environment cannot make it {wanted.word}"
        )
    return replace(profile, policy=replace(profile.policy, environment=wanted))


def connected(request: Request, *, terminal: bool) -> Session:
    """A session for a subcommand that changes something, with somebody to ask at a terminal."""
    config = load(places_of(request.config, without=request.no_config))
    session = open_session(_profile(config, request), _around(request, terminal=terminal))
    session.ask = _ask(session, replace(request, commands=("undo",)), terminal=terminal)
    return session


def unattended(
    request: Request, *, terminal: bool, reads_only: bool = False, patience: float | None = None
) -> Session:
    """A session with nobody to ask; where it ``reads_only``, the server lets it do nothing else.

    Its policy is that of the profile all the same, which may be one that writes. ``patience`` are the seconds that it
    waits for locks, unless the profile says less.
    """
    config = load(places_of(request.config, without=request.no_config))
    for note in config.notes:
        complain(str(note))
    profile = _profile(config, request)
    target = replace(profile.target, read_only=reads_only or profile.target.read_only)
    if patience is not None:
        target = replace(target, lock_timeout=min(patience, target.lock_timeout or patience))
    session = open_session(replace(profile, target=target), _around(request, terminal=terminal))
    given = replace(session.profile.target, read_only=profile.target.read_only)
    session.profile = replace(session.profile, target=given)
    return session


def _keep_undo(session: Session, *, typed: bool) -> None:
    """The undo journal: kept of what is typed unless policy says otherwise, and of scripts where it says so."""
    for sentence in attach(session, state_folder(os.environ), unsaid=Undo.WHEN_POSSIBLE if typed else Undo.OFF):
        say(sentence)


def _demo(path: str) -> Profile:
    """The demo, with limits that show what they do."""
    return Profile("demo", Target("sqlite", path=path), policy=DEMO_LIMITS)


def _around(request: Request, *, terminal: bool) -> Around:
    """The log, the user, and where passwords come from; a batch without a terminal asks nobody."""
    prompt = getpass.getpass if terminal and "-" not in request.files else None
    passwords = Passwords(os.environ, warn=complain, prompt=prompt)
    return Around(lambda: AuditLog.of(state_folder(os.environ)), _user(), passwords)


def _user() -> str:
    """Who runs this, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.geteuid())


def _ask(session: Session, request: Request, *, terminal: bool) -> Ask:
    """A person at a terminal, or nobody; the prompt brings its own dialogue."""
    from safesql.engine.question import Nobody

    if not request.batch or not terminal or not sys.stderr.isatty() or request.dry_run:
        return Nobody()
    from safesql.engine.counting import sampled
    from safesql.repl.answer import read_answer
    from safesql.repl.dialogue import Dialogue

    screen = output_of("table", None, request.color)

    def preview(verdict: Verdict) -> None:
        for result in sampled(session.connection, verdict):
            screen.show(result)

    return Dialogue(say, read_answer, preview, lambda: session.review is not None, session.user)


def _prompt(session: Session, request: Request, config: Config) -> int:
    """The prompt."""
    from safesql.commands.shell import ROWS, View
    from safesql.repl.start import Ports
    from safesql.repl.start import start as prompt
    from safesql.store.catalogs import Catalogs, cache_folder
    from safesql.store.history import History
    from safesql.store.named import NamedQueries, Shared

    ui = session.profile.ui
    plain = request.plain or ui.plain
    view = View(
        form=request.form or ui.format or "table",
        row_limit=ROWS if ui.row_limit is None else ui.row_limit,
        pager=bool(_first(request.pager, ui.pager, otherwise=True)),
        color=colored(_first(request.color, ui.color, otherwise=None), terminal=True) and not plain,
        plain=plain,
        keys=request.keys or ui.keybindings,
        output=Path(request.output) if request.output else None,
    )
    if not session.profile.name and session.profile.target.path == ":memory:":
        say("an empty database in memory; give a TARGET to connect to another: safesql --help")

    def other(target: str) -> Session:
        to = _profile(config, Request(target=target)) if target else session.profile
        opened = open_session(to, _around(request, terminal=True))
        _keep_undo(opened, typed=True)
        return opened

    state = state_folder(os.environ)
    team = {name: Shared(each.value, str(each.origin)) for name, each in config.queries.items()}
    named = NamedQueries.of(state, team)
    kept = Catalogs(cache_folder(os.environ))
    ports = Ports(other, lambda environment: History.of(state, environment), named, request.tour, config.names, kept)
    return prompt(session, view, ports)


def _first(*said: bool | None, otherwise: bool | None) -> bool | None:
    """The first that says something."""
    return next((each for each in said if each is not None), otherwise)
