r"""``\unlock``: break-glass, where policy allows it: rules that block can be answered by typing, for a while."""

from __future__ import annotations

from datetime import timedelta

from safesql.commands.shell import Shell
from safesql.config.settings import duration
from safesql.errors import UsageError
from safesql.store.audit import AnsweredBy, Intent, Outcome

NAMES = ("unlock",)
USAGE = r"\unlock [RULE[,RULE…] TIME REASON | off]"
SUMMARY = "where policy allows it, answer what RULE blocks by typing, for TIME such as 15m; recorded"
WORDS = 3


def run(shell: Shell, argument: str) -> None:
    """Unlock, lock again, or tell what is unlocked; raises UsageError, Refused, CannotRecord."""
    session, words = shell.session, argument.strip().split(maxsplit=WORDS - 1)
    if words == ["off"]:
        session.unlocked.lock()
        _record(shell, "\\unlock off", "")
        shell.say("all rules hold again")
        return
    if not words:
        _tell(shell)
        return
    if len(words) < WORDS:
        raise UsageError(f"usage: {USAGE}; the reason is recorded")
    rules = tuple(rule for rule in words[0].split(",") if rule)
    length = timedelta(seconds=duration(words[1], "the time"))
    _record(shell, f"\\unlock {words[0]} {words[1]}", words[2])
    until = session.unlocked.unlock(rules, length, session.profile.policy)
    shell.say(f"{', '.join(rules)} can be answered by typing until {until.astimezone():%H:%M:%S}; \\unlock off ends it")


def _tell(shell: Shell) -> None:
    """What is unlocked now, and what could be."""
    session = shell.session
    policy = session.policy
    for rule in sorted(policy.unlocked):
        shell.say(f"{rule} is unlocked until {session.unlocked.until[rule].astimezone():%H:%M:%S}")
    may = ", ".join(policy.unlock or ()) or "nothing"
    shell.say(f"the policy of {session.profile.name or 'this target'} lets {may} be unlocked")


def _record(shell: Shell, text: str, reason: str) -> None:
    """In the audit log, on disk before it counts."""
    session = shell.session
    server = session.connection.server
    answer = AnsweredBy(session.user, "unlock", reason) if reason else None
    record = session.audit.intent(Intent(
        text, "allow", target=session.profile.target.label, identity=server.identity, os_user=session.user,
        db_user=server.user, profile=session.profile.name, environment=session.profile.environment.word, answer=answer,
    ))  # fmt: skip
    session.audit.outcome(record, Outcome("done"))
