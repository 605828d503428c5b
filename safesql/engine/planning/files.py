"""The files of a plan: read from private copies, called by their paths from the folder of the plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from safesql.engine.script import Source, digest_of, file_source, kept_source
from safesql.errors import UsageError
from safesql.slotted import dataclass
from safesql.store.plan.plan import File


@dataclass(frozen=True, slots=True)
class Files:
    """``sources`` in the order they run; ``folder`` is where the plan stands."""

    sources: tuple[Source, ...]
    folder: Path

    def called(self, name: str) -> str:
        """A source by its path from the folder, wherever one stands when one names it."""
        known = {source.name for source in self.sources}
        return name if name in known else _from(Path(name), self.folder)

    def digests(self, included: Iterable[str]) -> tuple[File, ...]:
        """All files, those that the first ones include behind them; raises UsageError."""
        own = [File(source.name, digest_of(source)) for source in self.sources]
        known = {file.path for file in own}
        more = {self.called(name): name for name in included if self.called(name) not in known}
        return (*own, *(File(path, digest_of(file_source(name)), included=True) for path, name in sorted(more.items())))


def files_of(paths: Sequence[Path], folder: Path) -> Files:
    """Files by path; raises UsageError for what cannot be read again when the plan is applied."""
    for path in paths:
        if str(path) == "-" or (path.exists() and not path.is_file()):
            raise UsageError(f"{path} cannot be planned: apply reads the same file again; write it to a file first")
    return Files(tuple(kept_source(path, _from(path, folder)) for path in paths), folder)


def _from(path: Path, folder: Path) -> str:
    """The path from a folder, in a form that is the same on every machine."""
    return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
