"""Changing a password without saying it: what is asked of the server before, and the statement with the hash.

https://www.postgresql.org/docs/current/sql-alterrole.html, https://mariadb.com/kb/en/set-password/,
https://dev.mysql.com/doc/refman/8.4/en/alter-user.html
"""

from __future__ import annotations

import re
from hashlib import sha1

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_name, quote_string

_SECONDS = 5.0
_METHOD = re.compile(r"\bIDENTIFIED\s+(?:BY\s+(PASSWORD)|(?:VIA|WITH)\s+['\"`]?(\w+))", re.IGNORECASE)
NATIVE = "mysql_native_password"


def whoever(dialect: Dialect) -> Probe:
    """One row: the account that this session acts as, and how PostgreSQL hashes passwords."""
    if dialect.family is Family.POSTGRES:
        text = "SELECT current_user::text, pg_catalog.current_setting('password_encryption')"
    else:
        text = "SELECT current_user(), ''"
    return Probe(text, "whose password it is", _SECONDS)


def account(text: str, dialect: Dialect) -> str:
    """An account as statements name it; PostgreSQL folds what is not quoted, and a host that is left out is any."""
    if dialect.family is Family.POSTGRES:
        quoted = len(text) > 1 and text[0] == text[-1] == '"'
        return quote_name(text[1:-1].replace('""', '"') if quoted else text.lower(), dialect)
    user, at, host = text.rpartition("@")
    parts = (user, host) if at else (text, "%")
    return "@".join(quote_string(part.strip("'\"`"), dialect) for part in parts)


def made_how(name: str) -> Probe:
    """One text, MySQL's CREATE USER, of an account as statements name it."""
    return Probe(f"SHOW CREATE USER {name}", "how the account logs in", _SECONDS)


def logs_in_by(text: str) -> str:
    """The plugin in a CREATE USER of the server's own; where it names none, the oldest is meant."""
    found = _METHOD.search(text)
    if found is None or found[1]:
        return NATIVE
    behind = text[found.end() :]
    return f"{found[2]} or another" if re.search(r"\bOR\s", behind, re.IGNORECASE) else found[2]


def native(password: str) -> str:
    """What mysql_native_password keeps: https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/."""
    once = sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + sha1(once, usedforsecurity=False).hexdigest().upper()


def changed(name: str, verifier: str, dialect: Dialect) -> str:
    """The statement; ``verifier`` is what the server keeps, never the password."""
    kept = quote_string(verifier, dialect)
    if dialect.family is Family.POSTGRES:
        return f"ALTER USER {name} PASSWORD {kept};"
    if dialect.name == "mariadb":
        return f"SET PASSWORD FOR {name} = {kept};"
    return f"ALTER USER {name} IDENTIFIED WITH {NATIVE} AS {kept};"
