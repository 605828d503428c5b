"""pg_cron's functions: the statement that a job will run, again and again and with nobody there to ask.

https://github.com/citusdata/pg_cron#what-is-pg_cron
"""

from __future__ import annotations

from safesql.guard.analysis.phrase import Phrase
from safesql.sql.token import Kind

SCHEMA = "cron"
FUNCTIONS = frozenset({"schedule", "schedule_in_database", "alter_job"})


def command_of(phrase: Phrase, name: str, at: int) -> Phrase | None:
    """The argument with the statement, of a call by this name whose bracket opens at an index; None without one."""
    if name not in FUNCTIONS or phrase.kind(at - 2) is not Kind.DOT:
        return None
    if phrase.text(at - 3).strip('"').lower() != SCHEMA:
        return None
    arguments = phrase.inside(at).split()
    for each in arguments:
        if each.word(each.lo) == "COMMAND" and each.text(each.lo + 1) in ("=>", ":="):
            return each.sub(each.lo + 2, each.hi)
    plain = [each for each in arguments if each.text(each.lo + 1) not in ("=>", ":=")]
    place = 1 if name == "schedule" and len(arguments) == 2 else 2
    return plain[place] if len(plain) > place else None
