"""Which server answers, and whether it may be written to: asked while a session lasts of servers that do not tell.

PostgreSQL reports ``in_hot_standby`` by itself, from version 14 on; MySQL and MariaDB report nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

ABOUT = ("server_uuid", "server_uid", "read_only", "super_read_only", "innodb_read_only", "version", "wsrep_on")
CLUSTER = ("wsrep_cluster_state_uuid", "wsrep_cluster_status", "wsrep_ready")
OFF = ("", "OFF", "0", "NO")


POSTGRES = """\
SELECT 'read_only', CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'ON' ELSE 'OFF' END
UNION ALL SELECT 'server_uuid', system_identifier::text FROM pg_catalog.pg_control_system()"""


def role_probe(dialect: Dialect, *, pooled: bool = False) -> Probe | None:
    """Names and values of settings; None where the server tells by itself, or has no other part to play.

    A pooler may lead to another server from one transaction to the next, and tells nothing.
    """
    if pooled and dialect.family is Family.POSTGRES:
        return Probe(POSTGRES, "which server answers", seconds=5.0)
    if dialect.family is not Family.MYSQL:
        return None
    names = ", ".join(f"'{name}'" for name in ABOUT)
    return Probe(f"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({names})", "which server answers", seconds=5.0)


def cluster_probe(about: dict[str, str]) -> Probe | None:
    """The same of a node of Galera, which keeps its part in the cluster elsewhere; None for all other servers.

    https://mariadb.com/kb/en/galera-cluster-status-variables/
    """
    if about.get("wsrep_on", "").upper() in OFF:
        return None
    return Probe(f"SHOW GLOBAL STATUS WHERE Variable_name IN {CLUSTER}", "its part in the cluster", seconds=5.0)


def node_of(about: dict[str, str]) -> str:
    """The server's own name for itself: MySQL's uuid, MariaDB's uid."""
    return about.get("server_uuid") or about.get("server_uid") or ""


def identity_of(about: dict[str, str]) -> str:
    """The same, and for the nodes of a Galera cluster the name they have in common: each has all of its rows."""
    cluster = about.get(CLUSTER[0], "")
    return cluster if cluster.strip("0-") else node_of(about)


def replica_of(about: dict[str, str]) -> bool | None:
    """A server that may not be written to is taken for a replica; Aurora's readers are ``innodb_read_only``.

    So is a node that lost the others of its cluster: what they agree on does not reach it.
    """
    if CLUSTER[1] in about and (about[CLUSTER[1]] != "Primary" or about.get(CLUSTER[2], "ON").upper() in OFF):
        return True
    closed = [about[name].upper() not in OFF for name in ABOUT if name.endswith("read_only") and name in about]
    return any(closed) if closed else None


def told(rows: Iterable[tuple[object, ...]]) -> dict[str, str]:
    """What the probe returned."""
    return {str(row[0]): str(row[1]) for row in rows}
