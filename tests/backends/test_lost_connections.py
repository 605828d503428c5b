"""A link that breaks: what was not sent did not run, what was committing is unknown, nothing is ever repeated."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from safesql.backends.contract import Transaction
from safesql.backends.loss import settles
from safesql.errors import CannotConnect, ConnectionLost, OutcomeUnknown
from safesql.guard.analysis import effect_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Proxy, Speaker

    Opening = Callable[[Target], Speaker]
    Through = Callable[[Target, Proxy], Target]
    ProxyOf = Callable[..., Proxy]


@pytest.fixture(params=["postgres_target", "mariadb_target"])
def remote(request: pytest.FixtureRequest) -> Target:
    """The servers that have a network between them and us."""
    target = request.getfixturevalue(str(request.param))
    assert isinstance(target, Target)
    return target


@pytest.fixture
def sure(remote: Target, session: Opening) -> Speaker:
    """A session that does not break, with a counter at 0."""
    speaker = session(remote)
    speaker("CREATE TABLE counter (n int)")
    speaker("INSERT INTO counter VALUES (0)")
    return speaker


def counted(speaker: Speaker) -> int:
    """The counter."""
    return int(str(speaker.value("SELECT n FROM counter")))


@pytest.mark.parametrize(("drop", "count"), [("reply", 1), ("request", 0)])
def test_a_lost_answer_to_commit_is_an_unknown_outcome(
    remote: Target, sure: Speaker, session: Opening, through: Through, proxy_of: ProxyOf, drop: str, count: int
) -> None:
    shaky = session(through(remote, proxy_of(remote, pattern=b"COMMIT", drop=drop)))
    shaky.connection.begin()
    shaky("UPDATE counter SET n = n + 1")
    with pytest.raises(OutcomeUnknown, match="may or may not"):
        shaky.connection.commit()
    assert shaky.connection.transaction is Transaction.UNKNOWN
    assert counted(sure) == count


def test_a_commit_that_was_typed_is_no_different(
    remote: Target, sure: Speaker, session: Opening, through: Through, proxy_of: ProxyOf
) -> None:
    shaky = session(through(remote, proxy_of(remote, pattern=b"commit and")))
    shaky("BEGIN")
    shaky("UPDATE counter SET n = n + 1")
    with pytest.raises(OutcomeUnknown):
        shaky("commit and no chain")
    assert counted(sure) == 1


def test_a_change_without_a_transaction_is_unknown_too_and_is_made_once(
    remote: Target, sure: Speaker, session: Opening, through: Through, proxy_of: ProxyOf
) -> None:
    shaky = session(through(remote, proxy_of(remote, pattern=b"UPDATE counter")))
    with pytest.raises(OutcomeUnknown):
        shaky("UPDATE counter SET n = n + 1")
    for _ in range(3):
        with pytest.raises(ConnectionLost, match="did not run"):
            shaky("UPDATE counter SET n = n + 1")
    assert counted(sure) == 1


def test_a_change_inside_a_transaction_is_rolled_back(
    remote: Target, sure: Speaker, session: Opening, through: Through, proxy_of: ProxyOf
) -> None:
    shaky = session(through(remote, proxy_of(remote, pattern=b"UPDATE counter")))
    shaky.connection.begin()
    with pytest.raises(ConnectionLost, match="rolled back"):
        shaky("UPDATE counter SET n = n + 1")
    with pytest.raises(ConnectionLost):
        shaky.connection.commit()
    assert counted(sure) == 0


def test_a_read_is_only_lost(remote: Target, sure: Speaker, session: Opening, through: Through, proxy_of: ProxyOf) -> None:
    shaky = session(through(remote, proxy_of(remote, pattern=b"SELECT n FROM counter")))
    with pytest.raises(ConnectionLost):
        shaky("SELECT n FROM counter")
    assert counted(sure) == 0


def test_what_is_typed_after_the_server_has_left_is_not_sent(remote: Target, sure: Speaker, session: Opening) -> None:
    doomed = session(remote)
    doomed.connection.begin()
    doomed("UPDATE counter SET n = n + 1")
    end = {"postgres": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}[remote.backend]
    sure(end.format(doomed.connection.server.session))
    time.sleep(0.3)
    for text in ("UPDATE counter SET n = n + 5", "COMMIT", "SELECT 1"):
        with pytest.raises(ConnectionLost, match="did not run"):
            doomed(text)
    for call in (doomed.connection.begin, doomed.connection.commit, doomed.connection.rollback):
        with pytest.raises(ConnectionLost):
            call()
    assert counted(sure) == 0


def test_a_pooler_gets_no_settings_that_would_stay_with_the_server(
    postgres_target: Target, session: Opening, through: Through, proxy_of: ProxyOf
) -> None:
    def another_pid(data: bytes) -> bytes:
        """The key data name another process, as a pooler's do."""
        at = data.find(b"K\x00\x00\x00\x0c")
        return data if at < 0 else data[: at + 5] + b"\x00\x0f\xff\xff" + data[at + 9 :]

    from dataclasses import replace

    pooled = through(postgres_target, proxy_of(postgres_target, alter=another_pid))
    assert session(pooled).value("SELECT 1") == "1"
    for setting in (replace(pooled, statement_timeout=5), replace(pooled, read_only=True), replace(pooled, lock_timeout=1)):
        with pytest.raises(CannotConnect, match="pooler"):
            session(setting)


SETTLING = [
    ("postgres", "COMMIT", False, True),
    ("postgres", "END", False, True),
    ("postgres", "COMMIT PREPARED 'x'", True, True),
    ("postgres", "PREPARE TRANSACTION 'x'", False, True),
    ("postgres", "ROLLBACK", False, False),
    ("postgres", "DELETE FROM t", True, True),
    ("postgres", "DELETE FROM t", False, False),
    ("postgres", "WITH d AS (DELETE FROM t RETURNING 1) SELECT 1", True, True),
    ("postgres", "SELECT 1", True, False),
    ("postgres", "BEGIN", True, False),
    ("mariadb", "DROP TABLE t", False, True),
    ("mariadb", "DELETE FROM t", False, False),
    ("mariadb", "CALL p()", True, True),
    ("sqlite", "COMMIT", False, True),
]


@pytest.mark.parametrize(("dialect", "text", "autocommit", "expected"), SETTLING)
def test_which_statements_settle_something(dialect: str, text: str, autocommit: bool, expected: bool) -> None:
    effect = effect_of(Statement(text, DIALECTS[dialect]))
    assert settles(effect, autocommit=autocommit) is expected
