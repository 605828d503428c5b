"""``--events`` at the edge: where they go, and that the last one is written however a run ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from safesql.cli.request import Request
from safesql.engine.batch import Options
from safesql.engine.events import Beginning, Events
from safesql.engine.preflight import Preflight
from safesql.engine.script import Source
from safesql.engine.session import Session
from safesql.engine.witness import Witnesses
from safesql.errors import SafesqlError
from safesql.slotted import replace
from safesql.store.event_stream import EventStream

CLOSED = 141               # the exit code of a program whose output nobody reads any more


@contextmanager
def following(request: Request) -> Iterator[Events | None]:
    """The events of a run, if it is to have any; raises UsageError before anything else where they cannot be kept."""
    if request.events is None:
        yield None
        return
    stream = EventStream(request.events)
    events = Events(stream.write)
    try:
        yield events
    except SafesqlError as error:
        events.finished(error.exit_code, {"message": str(error)})
        raise
    except KeyboardInterrupt:
        events.finished(130, {"message": "interrupted"})
        raise
    except BrokenPipeError:
        events.finished(CLOSED, {"message": "the reader of the output has left"})
        raise
    finally:
        stream.close()


def begins(
    events: Events | None, session: Session, sources: tuple[Source, ...], options: Options, found: Preflight
) -> None:
    """The first event; raises CannotRecord, and then nothing may run."""
    if events is not None:
        demands = options.demands
        run = Beginning(sources, found.digest, found.statements, demands.atomic, options.on_error)
        events.begins(session, run)


def with_events(options: Options, events: Events | None) -> Options:
    """The options of a run that is followed; after whoever keeps its ledger."""
    if events is None:
        return options
    painted = options.progress

    def progress(statements: int, characters: int) -> None:
        painted(statements, characters)
        events.progress(statements, characters)

    return replace(options, witness=Witnesses(options.witness, events), progress=progress)
