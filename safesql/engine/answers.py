"""Answers given ahead of time: ``--allow``, ``--expect-rows`` and the comments of a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safesql.guard.action import Action
from safesql.guard.policy import Policy
from safesql.guard.verdict import Answer, Confirmation, Verdict
from safesql.sql.directives import directives
from safesql.sql.statement import Statement


@dataclass(frozen=True, slots=True)
class Answers:
    """``options`` and ``comments`` map rules to reasons; ``expect_rows`` is exact."""

    options: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    expect_rows: int | None = None

    def confirmation(self, verdict: Verdict, user: str) -> Confirmation | None:
        """The yes that these answers give to a verdict, or None when they leave a finding open."""
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
    if not statement.comments:
        return base
    said = directives(statement.comments)
    comments = said.allow if policy.script_answers else {}
    rows = said.expect_rows if said.expect_rows is not None else base.expect_rows
    return Answers(base.options, comments, rows)
