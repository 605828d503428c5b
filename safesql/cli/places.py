"""Where a command looks for configuration, and what of it the user trusts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from safesql.config.document import Document
from safesql.config.files import Places
from safesql.store.private import state_folder
from safesql.store.trust import TrustStore


@dataclass(frozen=True, slots=True)
class ByDigest:
    """Trust in the very bytes that were looked at."""

    store: TrustStore

    def holds(self, document: Document) -> bool:
        """Whether these bytes of this file were trusted."""
        known = self.store.of(document.file)
        return known is not None and known.digest == document.digest


def places_of(config: str | None, *, without: bool) -> Places:
    """The places of this process; a working directory that is gone has no project."""
    try:
        folder: Path | None = Path.cwd()
    except OSError:
        folder = None
    trust = ByDigest(TrustStore(state_folder(os.environ)))
    return Places(os.environ, Path(config) if config else None, without, folder=folder, trust=trust)
