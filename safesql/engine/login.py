"""The target of a session with its password, which may be asked for once and may expire while the session lasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import finalize

from safesql.backends import connect
from safesql.backends.contract import Connection
from safesql.config.password import Passwords
from safesql.errors import CannotConnect
from safesql.slotted import dataclass, replace
from safesql.target import Target

if TYPE_CHECKING:
    from safesql.engine.tunnel import Tunnel


@dataclass(slots=True)
class Login:
    """Changes when the password does; ``command`` is the profile's password_command, ``keyring`` its service."""

    target: Target
    passwords: Passwords
    command: Sequence[str] = ()
    keyring: str = ""
    pooled: bool = False                # a pooler stands before the server, and a session cannot be told to only read

    def first(self) -> Connection:
        """The session's own connection; a password is asked for once, when there was none and the server wants one.

        Raises CannotConnect.
        """
        tunnel = self._dug() if self.target.ssh else None
        try:
            connection = self._first()
        except BaseException:
            if tunnel is not None:
                tunnel.close()
            raise
        if tunnel is not None:
            finalize(connection, tunnel.close)          # with the session, or with the process
        self.pooled = connection.server.pooled
        return connection

    def _dug(self) -> Tunnel:
        """The way through another host, which all connections of the session take."""
        from safesql.engine.tunnel import dug

        tunnel = dug(self.target, asks=self.passwords.prompt is not None)
        self.target = replace(self.target, via=tunnel.port)
        return tunnel

    def _first(self) -> Connection:
        """With the password there is, or the one that is typed."""
        try:
            return connect(self.target, self.renewed)
        except CannotConnect as error:
            asked = self.passwords.asked(self.target) if error.wants_password else None
            if self.target.password is not None or asked is None:
                raise
        self.target = asked
        return connect(self.target, self.renewed)

    def again(self, *, read_only: bool) -> Connection:
        """A further connection, for questions of our own; raises CannotConnect.

        Behind a pooler it is as any other: each question is in a read-only transaction by itself.
        """
        read_only = read_only and not self.pooled
        try:
            return connect(replace(self.target, read_only=read_only), self.renewed)
        except CannotConnect as error:
            if not (error.wrong_password and (self.command or self.keyring)):
                raise
        return connect(replace(self.renewed(), read_only=read_only), self.renewed)

    def renewed(self) -> Target:
        """The target with the password that its command or keyring gives now, or as it is; raises CannotConnect."""
        if self.command or self.keyring:
            self.target = self.passwords.given(self.target, self.command, self.keyring)
        return self.target
