"""Which configuration files the user has looked at: their digests, and their texts, so that a change can be shown."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

from safesql.slotted import dataclass
from safesql.store.private import open_private, private_folder


@dataclass(frozen=True, slots=True)
class Trusted:
    """What was trusted of a file: the digest of its bytes in hexadecimal, and its text."""

    digest: str
    text: str


class TrustStore:
    """One record for each file, under the digest of its path."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the state folder; nothing is made in it before something is recorded."""
        self._folder = folder / "trust"

    def of(self, file: Path) -> Trusted | None:
        """What was trusted of this file, if anything; a record that cannot be read trusts nothing."""
        try:
            descriptor = open_private(self._record(file), os.O_RDONLY)
            with os.fdopen(descriptor, encoding="utf-8") as stream:
                record = json.load(stream)
            return Trusted(str(record["sha256"]), str(record["text"])) if record["file"] == _path(file) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def record(self, file: Path, trusted: Trusted) -> None:
        """Trust these bytes of this file from now on; raises CannotRecord."""
        private_folder(self._folder)
        record = {"file": _path(file), "sha256": trusted.digest, "text": trusted.text}
        fresh = self._record(file).with_suffix(".new")
        with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "w", encoding="utf-8") as stream:
            json.dump(record, stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._record(file))

    def forget(self, file: Path) -> bool:
        """Trust it no longer; whether it was trusted."""
        known = self.of(file) is not None
        self._record(file).unlink(missing_ok=True)
        return known

    def _record(self, file: Path) -> Path:
        """Where the record of a file is kept."""
        return self._folder / f"{sha256(_path(file).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def _path(file: Path) -> str:
    """The file without links, since that is what is read."""
    return str(file.resolve())
