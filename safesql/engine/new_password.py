"""The statement that gives an account another password, with the password hashed here, so that it goes nowhere."""

from __future__ import annotations

from safesql.backends.contract import Hashes
from safesql.engine.session import Session
from safesql.errors import Refused, UsageError
from safesql.rewrite.password import NATIVE, account, changed, logs_in_by, made_how, native, whoever
from safesql.slotted import dataclass
from safesql.sql.dialect import Family
from safesql.sql.quoting import quote_name

_METHODS = {"scram-sha-256": "scram-sha-256", "md5": "md5", "on": "md5"}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose password is changed; ``name`` as statements write it, ``method`` as the server hashes."""

    user: str
    name: str
    method: str


def account_of(session: Session, text: str) -> Account:
    """The account of this name, or the session's own where it is empty.

    Raises UsageError where there are no passwords, Refused for one whose password cannot be hashed here.
    """
    connection = session.connection
    dialect = connection.dialect
    if dialect.family is Family.SQLITE:
        raise UsageError("SQLite has no accounts and no passwords; who may read the file may read all of it")
    own, hashing = (str(cell) for cell in next(connection.query(whoever(dialect)).rows()))
    if dialect.family is Family.POSTGRES:
        named = account(text, dialect) if text else quote_name(own, dialect)
        user = named[1:-1].replace('""', '"')
        method = _METHODS.get(hashing, "")
    else:
        user, named = text or own, account(text or own, dialect)
        rows = connection.query(made_how(named)).rows()
        method = logs_in_by(" ".join(str(cell) for row in rows for cell in row))
    if method not in (NATIVE, *_METHODS):
        raise Refused(f"{user} logs in by {method or hashing}, whose hash only the server makes; nothing was sent")
    return Account(user, named, method)


def with_password(session: Session, whose: Account, password: str) -> str:
    """The statement, with what the server keeps instead of the password."""
    connection = session.connection
    hashed = native(password) if whose.method == NATIVE else ""
    if isinstance(connection, Hashes) and not hashed:
        hashed = connection.hashed(whose.user, password, whose.method)
    if not hashed:
        raise Refused(f"{connection.server.product} takes no hash that is made here; nothing was sent")
    return changed(whose.name, hashed, connection.dialect)
