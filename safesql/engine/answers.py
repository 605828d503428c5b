"""Answers given ahead of time: ``--allow``, ``--expect-rows``, the comments of a script, approvals of its plan."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.guard.action import Action
from safesql.guard.policy import Policy
from safesql.guard.verdict import Answer, Confirmation, Verdict
from safesql.slotted import dataclass, field, replace
from safesql.sql.directives import directives
from safesql.sql.statement import Place, Statement


@dataclass(frozen=True, slots=True)
class Approved:
    """What a plan says of one statement, and who approved it; ``by`` is empty where nobody had to.

    ``rules`` are what it shows, and how strict that was; None stands for anything. ``own`` are the least and the most
    rows of the statement itself, ``altogether`` those with foreign keys; None: not known.
    """

    by: str = ""
    reason: str = ""
    rules: Mapping[str, Action] | None = field(default_factory=dict)
    own: tuple[int, int] | None = None
    altogether: tuple[int, int] | None = None
    how: Answer = Answer.APPROVED

    def confirmation(self, verdict: Verdict) -> Confirmation | None:
        """The yes to a verdict that finds nothing else, and nothing stricter, than the plan shows."""
        found = {finding.rule: finding.action for finding in verdict.findings if finding.action > Action.ALLOW}
        known = found if self.rules is None else self.rules
        if not self.by or any(action > known.get(rule, Action.ALLOW) for rule, action in found.items()):
            return None
        yes = Confirmation(verdict, self.by, self.how, rules=tuple(sorted(found)), reason=self.reason)
        return yes if all(yes.covers(finding) for finding in verdict.findings) else None


@dataclass(frozen=True, slots=True)
class Answers:
    """``options`` and ``comments`` map rules to reasons; ``expect_rows`` is exact.

    ``approvals`` are those of a plan, by where its statements stand; ``approved`` is the one of this statement.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    expect_rows: int | None = None
    approvals: Mapping[Place, Approved] = field(default_factory=dict)
    approved: Approved | None = None

    def confirmation(self, verdict: Verdict, user: str) -> Confirmation | None:
        """The yes that these answers give to a verdict, or None when they leave a finding open."""
        approved = self.approved.confirmation(verdict) if self.approved is not None else None
        if approved is not None:
            return approved
        wanted = {finding.rule for finding in verdict.findings if finding.action > Action.ALLOW}
        given = {**self.comments, **self.options}
        if not wanted or not wanted <= given.keys():
            return None
        how = Answer.COMMENT if wanted <= self.comments.keys() else Answer.OPTION
        reason = "; ".join(dict.fromkeys(given[rule] for rule in sorted(wanted)))
        yes = Confirmation(verdict, user, how, rules=tuple(sorted(wanted)), reason=reason)
        return yes if all(yes.covers(finding) for finding in verdict.findings) else None


NO_ANSWERS = Answers()


def answers_for(statement: Statement, policy: Policy, base: Answers) -> Answers:
    """What applies to one statement of a script; raises UsageError for a malformed ``-- safesql:`` comment."""
    approved = base.approvals.get(statement.place)
    if not statement.comments:
        return base if approved is None else replace(base, approved=approved)
    said = directives(statement.comments)
    comments = said.allow if policy.script_answers else {}
    rows = said.expect_rows if said.expect_rows is not None else base.expect_rows
    return Answers(base.options, comments, rows, approved=approved)
