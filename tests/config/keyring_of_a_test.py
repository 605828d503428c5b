"""A store of passwords in memory, as the keyring package takes one."""

from __future__ import annotations

import os

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Store(KeyringBackend):
    """Has the password of one user under one service."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        """By both names; a locked one gives none."""
        if service == "locked":
            raise KeyringLocked("it is locked")
        return os.environ["STORED"] if (service, username) == ("billing", os.environ["STORED_OF"]) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing is put into it."""
        raise KeyringLocked("it is locked")
