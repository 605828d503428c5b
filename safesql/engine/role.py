"""Whether the server is still what it was when the session began: a primary or a replica, and itself."""

from __future__ import annotations

from time import monotonic

from safesql.backends.contract import Connection, Server, Transaction
from safesql.errors import SafesqlError
from safesql.rewrite.role import cluster_probe, identity_of, replica_of, role_probe, told
from safesql.slotted import dataclass, replace

SECONDS = 1.0
"""For so long an answer is believed; a failover takes longer than that."""

PARTS = {True: "a replica", False: "a primary"}


@dataclass(slots=True)
class Role:
    """``began`` is what the server said on connect; ``now`` what it said last, where it has to be asked."""

    began: Server
    now: Server
    _asked: float

    @classmethod
    def of(cls, connection: Connection) -> Role:
        """At the beginning of a session."""
        return cls(connection.server, connection.server, monotonic())

    def look(self, connection: Connection) -> bool:
        """Ask again, unless that was done just now or a transaction is open; whether the answer is another one.

        No answer leaves it as it was, but for a node of a cluster: one that lost the others refuses to answer.
        """
        probe = role_probe(connection.dialect, pooled=self.began.pooled)
        lost = bool(self.began.node) and connection.transaction is Transaction.UNKNOWN
        quiet = connection.transaction is Transaction.NONE or lost
        if probe is None or not quiet or monotonic() < self._asked + SECONDS:
            return False
        try:
            about = told(connection.query(probe).rows())
            cluster = cluster_probe(about)
            about |= told(connection.query(cluster).rows()) if cluster is not None else {}
        except SafesqlError:
            about = {}
            if not self.began.node:
                return False
        self._asked = monotonic()
        before = self.now
        replica = replica_of(about) if about else True
        self.now = replace(before, identity=identity_of(about) or before.identity, replica=replica)
        return self.now != before

    def replica(self, connection: Connection) -> bool | None:
        """As far as is known at this moment, without asking."""
        asked = role_probe(connection.dialect, pooled=self.began.pooled) is not None
        return self.now.replica if asked else connection.server.replica

    def changed(self, connection: Connection) -> str:
        """What is not as it was when the session began; empty when nothing is."""
        if self.now.identity != self.began.identity:
            names = f"{self.now.identity}, not {self.began.identity}"
            return f"another server answers than when this session began: {names}"
        then, now = self.began.replica, self.replica(connection)
        if None in (then, now) or then is now:
            return ""
        return f"this server was {PARTS[bool(then)]} when this session began and is {PARTS[bool(now)]} now"
