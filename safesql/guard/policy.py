"""The action for each rule and the limits on rows; two policies join to the stricter of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safesql.guard.action import Action, Environment


def _least(one: int | None, other: int | None) -> int | None:
    """The smaller of two limits, where None is no limit."""
    known = [limit for limit in (one, other) if limit is not None]
    return min(known) if known else None


@dataclass(frozen=True, slots=True)
class Policy:
    """``actions`` overrides a rule's default for the environment; limits are rows of one statement."""

    environment: Environment = Environment.PRODUCTION
    actions: Mapping[str, Action] = field(default_factory=dict)
    floor: Mapping[str, Action] = field(default_factory=dict)    # at least this, whatever ``actions`` says
    max_rows: int | None = None                                  # over: refused; rolled back if it happened
    confirm_rows: int | None = None                              # over: ask, with the count
    protected_tables: tuple[str, ...] = ()
    script_answers: bool = True                                  # whether "-- safesql: allow" may answer

    def action(self, rule: str, default: Action) -> Action:
        """What to do about a finding of this rule."""
        return max(self.actions.get(rule, default), self.floor.get(rule, Action.ALLOW))

    def over(self, floor: Policy) -> Policy:
        """This policy, made at least as strict as ``floor`` in all that the floor says."""
        said = (self.floor, floor.floor, floor.actions)
        stricter = {rule: max(one[rule] for one in said if rule in one) for one in said for rule in one}
        return Policy(
            environment=max(self.environment, floor.environment),
            actions=dict(self.actions),
            floor=stricter,
            max_rows=_least(self.max_rows, floor.max_rows),
            confirm_rows=_least(self.confirm_rows, floor.confirm_rows),
            protected_tables=tuple(dict.fromkeys((*floor.protected_tables, *self.protected_tables))),
            script_answers=self.script_answers and floor.script_answers,
        )
