"""The account a server runs as: database servers refuse to run as root."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from .trouble import Trouble


@dataclass(frozen=True, slots=True)
class Account:
    """User and group ids, or None for whoever started the run."""

    uid: int | None = None
    gid: int | None = None

    def own(self, folder: Path) -> None:
        """Make a private folder that belongs to this account."""
        folder.mkdir(mode=0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def account(*names: str) -> Account:
    """Us, when we are not root; else the first of these users that exists."""
    if os.getuid() != 0:
        return Account()
    for name in (*names, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Trouble(f"none of the users {', '.join(names)} and nobody exists; start the run as a user that is not root")
