"""Two nodes of a Galera cluster on loopback, of which the second can be cut off from the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .mariadb import mariadb
from .programs import MariadbPrograms
from .replicas import until
from .server import free_port

QUICK = "evs.suspect_timeout=PT3S;evs.inactive_timeout=PT6S;gcache.size=8M"
Ask = Callable[..., Sequence[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class Cluster:
    """URLs of both; ``cut`` takes the second out of the cluster, ``mend`` brings it back."""

    first: str
    second: str
    cut: Callable[[], None]
    mend: Callable[[], None]


@contextmanager
def galera(programs: MariadbPrograms, library: Path, folder: Path) -> Iterator[Cluster]:
    """Both are up and have the same rows; https://mariadb.com/kb/en/configuring-mariadb-galera-cluster/."""
    folder.chmod(0o711)
    group = free_port()
    with (
        mariadb(programs, folder / "first", _options(library, 1, group, "gcomm://")) as one,
        mariadb(programs, folder / "second", _options(library, 2, free_port(), f"gcomm://127.0.0.1:{group}")) as two,
    ):
        first, second = one["SAFESQL_TEST_MARIADB"], two["SAFESQL_TEST_MARIADB"]
        until(lambda: _status(second, "wsrep_local_state_comment") == "Synced", "the second node to have joined")

        def isolate(on: int, status: str) -> None:
            ask(second, f"SET GLOBAL wsrep_provider_options = 'gmcast.isolate={on}'")
            until(lambda: _status(second, "wsrep_cluster_status") == status, f"the second node to be {status}")

        def mend() -> None:
            isolate(0, "Primary")
            until(lambda: _status(second, "wsrep_local_state_comment") == "Synced", "the second node to be back")

        yield Cluster(first, second, lambda: isolate(1, "non-Primary"), mend)


def _options(library: Path, number: int, group: int, others: str) -> list[str]:
    """Of one node; all that is sent goes over loopback."""
    provider = f"gmcast.listen_addr=tcp://127.0.0.1:{group};ist.recv_addr=127.0.0.1:{free_port()};{QUICK}"
    return [
        f"--server-id={number}", "--binlog-format=ROW", "--log-slave-updates", "--innodb-autoinc-lock-mode=2",
        "--wsrep-on=ON", f"--wsrep-provider={library}", "--wsrep-cluster-name=safesql", f"--wsrep-cluster-address={others}",
        f"--wsrep-node-address=127.0.0.1:{group}", f"--wsrep-node-name=node{number}", "--wsrep-sst-method=rsync",
        f"--wsrep-sst-receive-address=127.0.0.1:{free_port()}", f"--wsrep-provider-options={provider}",
    ]


def ask(url: str, text: str) -> Sequence[Sequence[object]]:
    """One statement on one node."""
    import pymysql

    with closing(pymysql.connect(host="127.0.0.1", port=urlsplit(url).port or 0, user="root", autocommit=True)) as link:
        cursor = link.cursor()
        cursor.execute(text)
        return cursor.fetchall()


def _status(url: str, name: str) -> str:
    return str(ask(url, f"SHOW GLOBAL STATUS LIKE '{name}'")[0][1])
