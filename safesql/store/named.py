"""Queries that have a name: one JSON file of texts by name, the person's alone, over those that a team shares."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from safesql.errors import CannotRecord
from safesql.slotted import dataclass, field
from safesql.store.private import open_private, private_folder, why

FILE = "named.json"


@dataclass(frozen=True, slots=True)
class Shared:
    """A query that a configuration file gives a name, and where."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class NamedQueries:
    """Reads the file whenever it is asked, since several shells share it; writes it as a whole."""

    path: Path
    shared: Mapping[str, Shared] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, shared: Mapping[str, Shared] | None = None) -> NamedQueries:
        """Those of a state folder, and of a configuration."""
        return cls(private_folder(folder) / FILE, shared or {})

    def load(self) -> Mapping[str, str]:
        """Texts by name, sorted; of one name the person's own counts. Raises CannotRecord as ``own`` does."""
        team = {name: each.text for name, each in self.shared.items()}
        return dict(sorted({**team, **self.own()}.items()))

    def own(self) -> Mapping[str, str]:
        """Those of the person, sorted; raises CannotRecord when the file is not ours or holds something else."""
        try:
            descriptor = open_private(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return {}
        with os.fdopen(descriptor, encoding="utf-8") as file:
            try:
                found = json.load(file)
            except (OSError, ValueError) as error:
                raise CannotRecord(f"{self.path} holds no named queries: {error}; repair or remove it") from error
        texts = all(isinstance(text, str) for text in found.values()) if isinstance(found, dict) else False
        if not texts:
            raise CannotRecord(f"{self.path} holds no named queries: texts by name are needed; repair or remove it")
        return dict(sorted(found.items()))

    def save(self, name: str, text: str) -> bool:
        """Keep a text under a name; whether it replaced another. Raises CannotRecord, and then all is as it was."""
        found = dict(self.own())
        replaced = name in found
        found[name] = text
        self._write(found)
        return replaced

    def drop(self, name: str) -> bool:
        """Forget a name; whether there was one. Raises CannotRecord."""
        found = dict(self.own())
        if found.pop(name, None) is None:
            return False
        self._write(found)
        return True

    def _write(self, found: Mapping[str, str]) -> None:
        """Beside the file and moved into its place, so that a full disk costs nothing."""
        beside = self.path.with_name(f"{self.path.name}.new")
        try:
            with os.fdopen(open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "w", encoding="utf-8") as file:
                json.dump(dict(sorted(found.items())), file, ensure_ascii=False, indent=1)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except (OSError, UnicodeEncodeError) as error:
            reason = why(error) if isinstance(error, OSError) else "it holds characters that are no text"
            raise CannotRecord(f"{self.path} cannot be written and is as it was: {reason}") from error
