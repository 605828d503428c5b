"""How far a long statement of another session has come, as the servers' views tell it: what it does, done, of how many.

The views: https://www.postgresql.org/docs/current/progress-reporting.html and
https://mariadb.com/kb/en/progress-reporting/. A server that is too old for one of them answers with an error, and
nothing is known then.
"""

from __future__ import annotations

from collections.abc import Sequence

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

_SCANNED = ("phase", "heap_blks_scanned", "heap_blks_total")
VIEWS = {
    "create_index": ("phase", "blocks_done", "blocks_total"),
    "vacuum": _SCANNED,
    "cluster": _SCANNED,
    "analyze": ("phase", "sample_blks_scanned", "sample_blks_total"),
    "copy": ("pg_catalog.format('%s rows', tuples_processed)", "bytes_processed", "bytes_total"),
}
_VERBS = {"CREATE": "create_index", "REINDEX": "create_index", "VACUUM": "vacuum", "CLUSTER": "cluster",
          "ANALYZE": "analyze", "ANALYSE": "analyze", "COPY": "copy"}  # fmt: skip
_MARIADB_VERBS = frozenset({"ALTER", "CREATE", "DROP", "LOAD", "OPTIMIZE", "REPAIR", "CHECK"})
_PURPOSE = "how far a statement has come"


def progress(words: Sequence[str], session: str, dialect: Dialect) -> Probe | None:
    """At most one row of (phase, done, altogether); None where no view tells of such a statement.

    ``words`` are the first ones of the statement, in capitals; ``session`` is the server process that runs it.
    """
    if not session.isdecimal() or not words:
        return None
    if dialect.family is Family.POSTGRES:
        return _postgres(words, int(session))
    return _mariadb(words, int(session)) if dialect.name == "mariadb" else None


def _postgres(words: Sequence[str], session: int) -> Probe | None:
    """The view for the verb."""
    view = _VERBS.get(words[0], "")
    if view == "create_index" and words[0] == "CREATE" and "INDEX" not in words:
        return None
    if view == "vacuum" and "FULL" in words:
        view = "cluster"
    if not view:
        return None
    columns = ", ".join(VIEWS[view])
    text = f"SELECT {columns} FROM pg_catalog.pg_stat_progress_{view} WHERE pid = {session}"
    return Probe(text, _PURPOSE, seconds=2.0)


def _mariadb(words: Sequence[str], session: int) -> Probe | None:
    """The list of processes, which has a share in thousandths of a percent for each of a statement's stages."""
    if words[0] not in _MARIADB_VERBS or (words[0] in ("CREATE", "DROP") and "INDEX" not in words):
        return None
    text = (
        "SELECT IF(MAX_STAGE > 1, CONCAT(STATE, ', stage ', STAGE, ' of ', MAX_STAGE), STATE), "
        f"ROUND(PROGRESS * 1000), 100000 FROM information_schema.PROCESSLIST WHERE ID = {session} AND MAX_STAGE > 0"
    )
    return Probe(text, _PURPOSE, seconds=2.0)
