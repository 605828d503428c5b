"""Where a command looks for configuration, and what of it the user trusts."""

from __future__ import annotations

import os
from pathlib import Path

from safesql.config.document import Document
from safesql.config.files import Places
from safesql.slotted import dataclass
from safesql.store.private import state_folder
from safesql.store.signature import signer
from safesql.store.trust import TrustStore

NAMESPACE = "safesql-config"
"""What a signature of a configuration file is for: ``ssh-keygen -Y sign -n safesql-config -f KEY FILE``."""


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
    user = Path(config) if config else None
    return Places(os.environ, user, without, folder=folder, trust=trust, signer=_signer)


def _signer(document: Document, signers: Path) -> str:
    """Who signed a file of the team, by ``FILE.sig`` beside it."""
    signature = document.file.with_name(f"{document.file.name}.sig")
    return signer(document.data, signature, signers, NAMESPACE) if signature.is_file() else ""
