"""What completion last knew of each place: a JSON file each, for its owner alone, in the cache folder.

Nothing that decides reads it. Any file may be removed at any time; one that cannot be read is as if it were not there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from safesql.errors import CannotRecord
from safesql.slotted import dataclass
from safesql.store.private import open_private, private_folder

LARGEST = 32 << 20         # bytes of one file: some 30,000 tables of 10 columns
MOST = 64 << 20            # bytes of all files together; the longest unused go first
ENDING = ".json"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """``$XDG_CACHE_HOME/safesql``, where a relative XDG_CACHE_HOME is ignored as its specification demands."""
    base = Path(environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        home = environ.get("HOME", "")
        base = (Path(home) if home else Path.home()) / ".cache"
    return base / "safesql"


@dataclass(frozen=True, slots=True)
class Catalogs:
    """Contents by a text that names the place; what fails is not said, since nothing is lost."""

    folder: Path

    def load(self, place: str) -> object:
        """What was kept for a place, as JSON knows it; None where there is nothing that can be read."""
        file = self._file(place)
        try:
            with os.fdopen(open_private(file, os.O_RDONLY), "rb") as stream:
                text = stream.read(LARGEST + 1)
            content: object = json.loads(text) if len(text) <= LARGEST else None
            os.utime(file)
        except (OSError, ValueError, RecursionError, CannotRecord):
            return None
        return content

    def keep(self, place: str, content: object) -> bool:
        """Put it beside what is there and then in its place; False where it is too large or cannot be written."""
        text = json.dumps(content, separators=(",", ":")).encode()
        if len(text) > LARGEST:
            return False
        file = self._file(place)
        beside = file.with_suffix(f".{os.getpid()}")
        try:
            private_folder(self.folder)
            with os.fdopen(open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as stream:
                stream.write(text)
            beside.replace(file)
            self._make_room()
        except (OSError, CannotRecord):
            with suppress(OSError):
                beside.unlink()
            return False
        return True

    def _file(self, place: str) -> Path:
        """A name that says nothing of the place."""
        return self.folder / (sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ENDING)

    def _make_room(self) -> None:
        """Remove those that nobody has used for longest, until the rest is small enough."""
        there = [(file.stat(), file) for file in self.folder.glob(f"*{ENDING}")]
        altogether = 0
        for found, file in sorted(there, key=lambda each: -each[0].st_mtime_ns):
            altogether += found.st_size
            if altogether > MOST:
                file.unlink(missing_ok=True)
