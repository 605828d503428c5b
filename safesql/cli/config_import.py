"""``safesql config import``: profiles from the files of other clients, printed, or added to the user's own file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from safesql.cli.say import complain, say
from safesql.config.files import Places
from safesql.config.imported import Found, as_toml, named, of_aliases, of_dbeaver, of_option_file, of_services
from safesql.config.load import load
from safesql.errors import UsageError
from safesql.formats.visible import visible
from safesql.slotted import dataclass
from safesql.store.private import open_private, private_folder

Reader = Callable[[str, str], Iterable[Found]]
LONGEST = 1 << 22


@dataclass(frozen=True, slots=True)
class Client:
    """Where a client keeps its connections, below HOME, and how they are read."""

    files: tuple[str, ...]
    read: Reader


CLIENTS = {
    "pgcli": Client((".config/pgcli/config",), lambda text, source: of_aliases(text, source, "postgresql")),
    "mycli": Client((".myclirc", ".config/mycli/myclirc"), lambda text, source: of_aliases(text, source, "mysql")),
    "psql": Client((".pg_service.conf",), of_services),
    "mysql": Client((".my.cnf",), of_option_file),
    "dbeaver": Client(
        (
            ".local/share/DBeaverData/workspace6/General/.dbeaver/data-sources.json",
            "Library/DBeaverData/workspace6/General/.dbeaver/data-sources.json",
        ),
        of_dbeaver,
    ),
}


def imported(clients: tuple[str, ...], file: str | None, places: Places, *, write: bool) -> int:
    """Print the profiles, or add them; raises UsageError when there is nothing to be found."""
    taken = set(load(places).names)
    texts = []
    for found in _found(clients or tuple(CLIENTS), file, Path(places.environ.get("HOME") or Path.home())):
        if found.problem:
            complain(f"{found.name} of {found.source} is passed over: {found.problem}")
            continue
        name = named(found.name, taken)
        taken.add(name)
        texts.append(as_toml(found, name))
    if not texts:
        raise UsageError(f"no connections were found in the files of {', '.join(clients or CLIENTS)}")
    if not write:
        sys.stdout.write(visible("\n".join(texts), keep="\n"))
        return 0
    add(places.config or places.user, texts)
    load(places)
    say(f"{len(texts)} profiles were added to {places.config or places.user}; production unless they say otherwise")
    return 0


def _found(clients: tuple[str, ...], file: str | None, home: Path) -> Iterator[Found]:
    """The connections of all clients; a file that was not named and cannot be read is told and passed over."""
    for name in clients:
        client = CLIENTS[name]
        for path in (Path(file),) if file else tuple(home / each for each in client.files):
            text = _text(path)
            if text is None:
                if file:
                    raise UsageError(f"{path} cannot be read")
                continue
            try:
                yield from client.read(text, str(path))
            except UsageError as error:
                if file:
                    raise
                complain(str(error))


def _text(path: Path) -> str | None:
    """What a file says."""
    try:
        with path.open("rb") as stream:
            return stream.read(LONGEST).decode("utf-8", "replace") if path.is_file() else None
    except OSError:
        return None


def add(file: Path, texts: list[str]) -> None:
    """Append to the user's own file, which is made private when it is not there."""
    private_folder(file.parent)
    with os.fdopen(open_private(file), "a", encoding="utf-8") as stream:
        stream.write("\n" + "\n".join(texts))
