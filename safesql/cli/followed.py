"""The ledger of a batch at the edge: what a script's run is followed by, and where one goes on that was interrupted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from safesql.cli.request import Request
from safesql.cli.say import say, say_shown
from safesql.engine.batch import Options, walk_of
from safesql.engine.preflight import Map
from safesql.engine.report import Report
from safesql.engine.script import Source
from safesql.engine.session import Session
from safesql.engine.witness import Witness
from safesql.errors import OutcomeUnknown
from safesql.formats.visible import visible
from safesql.slotted import replace
from safesql.store.private import state_folder

if TYPE_CHECKING:
    from safesql.engine.resume.going_on import Asked, Way


def begun(session: Session, sources: tuple[Source, ...], options: Options, digest: str) -> Way:
    """A script's run from its beginning, once all of it was judged; raises Refused where another one is at it."""
    from safesql.engine.resume.going_on import from_the_beginning

    way = from_the_beginning(session, state_folder(os.environ), _asked(session, sources, options, digest, None))
    if way.said:
        say(way.said)
    return way


def resumed(session: Session, request: Request, sources: tuple[Source, ...], options: Options) -> Way:
    """Where --resume goes on; without a passage there is nothing to run."""
    from safesql.engine.resume.going_on import from_where_it_stopped

    walk = walk_of(session, sources)
    for _ in walk:
        pass
    asked = _asked(session, sources, options, str(walk.text), request.last_done)
    way = from_where_it_stopped(session, state_folder(os.environ), asked)
    say(way.said)
    return way


def with_way(options: Options, way: Way) -> Options:
    """The options of the run that takes this way."""
    if way.passing is None or way.following is None:
        return options
    demands = replace(options.demands, settled=way.passing.settled)
    return replace(options, passage=way.passing, witness=way.following, demands=demands)


def say_map(found: Map | None) -> None:
    """What of the script can be rolled back together, for the person who runs it, where a half of it could be left."""
    if found is not None and found.worth_telling:
        for sentence in found.lines():
            say_shown(f"  {visible(sentence)}")


def way_on(report: Report, witness: Witness) -> None:
    """How to go on after a run that did not come to its end."""
    from safesql.engine.resume.follow import Following

    if not isinstance(witness, Following) or not witness.told or report.end is None:
        return
    if isinstance(report.end, OutcomeUnknown):
        say(
            "to find out, and to go on where it stopped: the same command with --resume asks the server what became of "
            "it, and where the server cannot tell says which rows to look at"
        )
    elif report.stays or report.unknown:
        say("to go on where it stopped, once the cause is repaired: the same command with --resume")


def _asked(
    session: Session, sources: tuple[Source, ...], options: Options, digest: str, last_done: int | None
) -> Asked:
    """The run as its ledger sees it."""
    from safesql.engine.resume.going_on import Asked
    from safesql.engine.resume.place import Script, names_of

    return Asked(
        Script(digest, names_of(sources), options.demands.atomic),
        lambda: walk_of(session, sources, running=True),
        options.on_error == "continue",
        last_done,
        options.answers,
    )
