"""How far a long statement of another session has come, as PostgreSQL's views tell it: what it does, done, of how many.

The views: https://www.postgresql.org/docs/current/progress-reporting.html. A server that is too old for one of them
answers with an error, and nothing is known then.
"""

from __future__ import annotations

from collections.abc import Sequence

from safesql.rewrite.probe import Probe
from safesql.sql.dialect import Dialect, Family

_SCANNED = ("heap_blks_scanned", "heap_blks_total")
VIEWS = {
    "create_index": ("blocks_done", "blocks_total"),
    "vacuum": _SCANNED,
    "cluster": _SCANNED,
    "analyze": ("sample_blks_scanned", "sample_blks_total"),
}
_VERBS = {"CREATE": "create_index", "REINDEX": "create_index", "VACUUM": "vacuum", "CLUSTER": "cluster",
          "ANALYZE": "analyze", "ANALYSE": "analyze"}  # fmt: skip


def progress(words: Sequence[str], session: str, dialect: Dialect) -> Probe | None:
    """At most one row of (phase, blocks done, blocks altogether); None where no view tells of such a statement.

    ``words`` are the first ones of the statement, in capitals; ``session`` is the server process that runs it.
    """
    if dialect.family is not Family.POSTGRES or not session.isdecimal() or not words:
        return None
    view = _VERBS.get(words[0], "")
    if view == "create_index" and words[0] == "CREATE" and "INDEX" not in words:
        return None
    if view == "vacuum" and "FULL" in words:
        view = "cluster"
    if not view:
        return None
    done, whole = VIEWS[view]
    text = f"SELECT phase, {done}, {whole} FROM pg_catalog.pg_stat_progress_{view} WHERE pid = {int(session)}"
    return Probe(text, "how far a statement has come", seconds=2.0)
