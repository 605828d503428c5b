"""A plan applied: everything checked again on the session that will run it, then run with its rows as limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from safesql.engine.answers import Answers, Approved
from safesql.engine.planning.approving import Standing, needed, standing
from safesql.engine.planning.comparing import Difference, Done, differences
from safesql.engine.planning.expected import altogether, own
from safesql.engine.planning.files import Files
from safesql.engine.planning.making import Made, Terms, plan_of
from safesql.engine.report import Report
from safesql.engine.script import Source
from safesql.engine.session import Session
from safesql.engine.witness import NoWitness
from safesql.errors import ConfigError, Drift, OutcomeUnknown, Refused
from safesql.guard.action import Action
from safesql.guard.analysis.names import plain
from safesql.guard.effect import Reach
from safesql.guard.verdict import Verdict
from safesql.slotted import dataclass
from safesql.sql.statement import Place, Statement
from safesql.sql.token import Kind
from safesql.store.plan.file import PlanFile
from safesql.store.plan.plan import Plan, Step

NAMES = (Kind.WORD, Kind.NAME)
MANY = 30                  # differences that are named one by one


class NotAsPlanned(Drift):
    """Something is not as it was planned; ``sentences`` name each difference."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """At least one."""
        self.sentences = tuple(sentences)
        super().__init__("this is not what was planned; nothing was sent. Make a new plan and have it approved")


class StricterNow(Refused):
    """The policy refuses what it did not refuse when the plan was made."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """At least one."""
        self.sentences = tuple(sentences)
        super().__init__("the policy is stricter than when this was planned; nothing was sent. Make a new plan")


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan that may be run now: the ``answers`` to its statements, and the people who approved it."""

    file: PlanFile
    answers: Answers
    by: tuple[str, ...]
    sources: tuple[Source, ...]


def in_time(plan: Plan, now: datetime) -> None:
    """Raise Drift for a plan that is too old, or from the future."""
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if moment >= plan.expires:
        raise Drift(f"this plan was to be applied before {plan.expires}, and that has passed; make a new one")
    if plan.made > (now.astimezone(UTC) + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ"):
        raise Drift(f"this plan was made at {plan.made}, which is still to come; look at the clocks")


def approved(session: Session, file: PlanFile) -> Standing:
    """Whose approvals count; raises Refused when there are too few, ConfigError when nobody could give any."""
    profile = session.profile
    wanted, signers = needed(file.plan, profile.policy), profile.allowed_signers
    if not wanted:
        return standing(file, signers, profile.policy) if signers else Standing()
    if not signers:
        raise ConfigError(
            f"this plan needs {_people(wanted)}, and nobody is allowed to approve: no trusted configuration file has "
            "allowed_signers"
        )
    found = standing(file, signers, profile.policy)
    if len(found.by) < wanted:
        have = f"and has {_people(len(found.by))}" if found.by else "and has none that counts"
        why = f" ({'; '.join(found.turned_down)})" if found.turned_down else ""
        raise Refused(f"this plan needs {_people(wanted)} by policy, {have}{why}; nothing was sent")
    return found


def checked(session: Session, file: PlanFile, files: Files, by: tuple[str, ...], over: int = 0) -> Ready:
    """Look at everything again; raises NotAsPlanned or StricterNow, naming every difference, and what ``plan_of`` does.

    Of the statements that are ``over`` since a run before only the text is compared, and the definitions of tables
    that they define are theirs. Probes are all that is sent, and SETs of where names are looked up.
    """
    plan = file.plan
    if session.connection.server.replica:
        raise NotAsPlanned(["this server is a replica: what is written here is refused, or lost"])
    terms = Terms(plan.author, plan.user, timedelta(0), plan.tolerance, plan.single_transaction)
    made = plan_of(session, files, terms)
    found = list(differences(plan, made.plan, Done(over, frozenset(_defined(made.verdicts[:over])))))
    if found:
        raise _unlike(found)
    return Ready(file, Answers(approvals=_approvals(file, made, by)), by, files.sources)


def stays(report: Report, over: int = 0) -> str:
    """What of a plan is there now: all, part, nothing, or unknown; ``over`` statements were there before this run."""
    if isinstance(report.end, OutcomeUnknown):
        return "unknown"
    if report.end is None and not report.failures:
        return "all"
    return "part" if report.stays or over else "nothing"


class AsPlanned(NoWitness):
    """Follows the run: whatever is about to be sent must be the statement that was planned in its place."""

    def __init__(self, steps: Sequence[Step]) -> None:
        """``steps`` in the order of the plan."""
        self._steps = steps

    def before(self, statement: Statement, number: int) -> None:
        """Raise Drift for another text than the planned one."""
        digest = sha256(statement.text.encode()).hexdigest()
        if number > len(self._steps) or self._steps[number - 1].sha256 != digest:
            raise Drift("the files changed while they ran; nothing further was sent")


def _defined(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The names in statements that define something, in lower case."""
    for verdict in verdicts:
        if any(part.reach is Reach.SCHEMA for part in verdict.effect.everything()):
            family = verdict.statement.dialect.family
            yield from (plain(token, family).lower() for token in verdict.statement.tokens if token.kind in NAMES)


def _unlike(found: list[Difference]) -> NotAsPlanned | StricterNow:
    """The error for these differences."""
    sentences = [each.sentence for each in found[:MANY]]
    if len(found) > MANY:
        sentences.append(f"and {len(found) - MANY} further differences")
    return StricterNow(sentences) if all(each.stricter for each in found) else NotAsPlanned(sentences)


def _approvals(file: PlanFile, made: Made, by: tuple[str, ...]) -> dict[Place, Approved]:
    """By where each statement stands: what the plan shows of it, and who said yes to that."""
    reason = f"plan {file.path.name}, sha256 {file.digest}"
    return {
        statement.place: Approved(
            by=", ".join(by),
            reason=reason,
            rules={found.rule: Action[found.action.upper()] for found in step.found},
            own=own(step, file.plan),
            altogether=altogether(step, file.plan),
        )
        for statement, step in zip(made.statements, file.plan.steps, strict=True)
    }


def _people(number: int) -> str:
    """How many approvals."""
    return f"{number} approval{'s' if number != 1 else ''}"
