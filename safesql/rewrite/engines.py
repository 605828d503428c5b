"""Which tables of a statement have no transactions, as a question to MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Iterable

from safesql.guard.effect import Name
from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string


def without_transactions(names: Iterable[Name], dialect: Dialect) -> Probe | None:
    """Rows of table and engine, for those that a rollback cannot restore; None where every table has transactions.

    https://mariadb.com/kb/en/information-schema-engines-table/: TRANSACTIONS is YES, NO or NULL.
    """
    places = " OR ".join(_place(name, dialect) for name in dict.fromkeys(names) if name.parts)
    if dialect.family is not Family.MYSQL or not places:
        return None
    text = (
        "SELECT t.table_name, t.engine FROM information_schema.tables t JOIN information_schema.engines e "
        f"ON e.engine = t.engine WHERE COALESCE(e.transactions, 'NO') <> 'YES' AND ({places})"
    )
    return Probe(text, "whether a rollback restores the rows", seconds=5.0)


def _place(name: Name, dialect: Dialect) -> str:
    """The condition for one table, in its own database or the current one."""
    schema = quote_string(name.parts[-2], dialect) if len(name.parts) > 1 else "DATABASE()"
    return f"(t.table_schema = {schema} AND t.table_name = {quote_string(name.parts[-1], dialect)})"


def journal_off() -> Probe:
    """A row where a SQLite database cannot roll back; https://www.sqlite.org/pragma.html#pragma_journal_mode."""
    text = "SELECT journal_mode FROM pragma_journal_mode WHERE journal_mode = 'off'"
    return Probe(text, "whether a rollback restores the rows", seconds=5.0)
