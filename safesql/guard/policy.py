"""The action for each rule and the limits on rows; two policies join to the stricter of both."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.guard.action import Action, Environment, Undo
from safesql.guard.effect import Name
from safesql.guard.limits import Limits
from safesql.guard.pattern import fits
from safesql.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Policy:
    """``actions`` overrides a rule's default for the environment; limits are rows of one statement."""

    environment: Environment = Environment.PRODUCTION
    actions: Mapping[str, Action] = field(default_factory=dict)
    floor: Mapping[str, Action] = field(default_factory=dict)    # at least this, whatever ``actions`` says
    max_rows: int | None = None                                  # over: refused; rolled back if it happened
    confirm_rows: int | None = None                              # over: ask, with the count
    max_percent: float | None = None                             # of a table; over: refused
    tables: Mapping[str, Limits] = field(default_factory=dict)   # by pattern; the strictest that fits a table counts
    protected_tables: tuple[str, ...] = ()
    undo: Undo | None = None                                     # None: nobody said
    undo_max_rows: int | None = None                             # kept of one statement; over: refused
    undo_max_bytes: int | None = None                            # of its images on disk, each side
    undo_days: int | None = None                                 # how long they are kept
    undo_total_bytes: int | None = None                          # of all images; over: the oldest go
    script_answers: bool = True                                  # whether "-- safesql: allow" may answer
    freeze: tuple[str, ...] = ()                                 # windows of the calendar without changes
    unlock: tuple[str, ...] | None = None                        # what a person may unlock for a while; None: unsaid
    unlocked: frozenset[str] = frozenset()                       # those that somebody did, at this moment
    approvals: int = 0                                           # people who must have signed a plan
    author_may_approve: bool | None = None                       # whether its author is one of them; None: unsaid

    def action(self, rule: str, default: Action) -> Action:
        """What to do about a finding of this rule; where undo is required, a change without it is refused."""
        if rule == "no-undo" and self.undo is Undo.REQUIRED:
            return Action.BLOCK
        action = max(self.actions.get(rule, default), self.floor.get(rule, Action.ALLOW))
        return min(action, Action.TYPE) if rule in self.unlocked else action

    @property
    def limits(self) -> Limits:
        """On every statement, whatever its tables."""
        return Limits(self.max_rows, self.confirm_rows, self.max_percent)

    @property
    def limited(self) -> bool:
        """Whether rows have to be counted before a statement runs."""
        return self.limits.any or bool(self.tables)

    def limits_of(self, table: Name) -> Limits:
        """On the rows of one table."""
        limits = Limits(max_percent=self.max_percent)
        for pattern, own in self.tables.items():
            limits = limits.over(own) if fits(table, pattern) else limits
        return limits

    def over(self, floor: Policy) -> Policy:
        """This policy, made at least as strict as ``floor`` in all that the floor says."""
        said = (self.floor, floor.floor, floor.actions)
        stricter = {rule: max(one[rule] for one in said if rule in one) for one in said for rule in one}
        limits = self.limits.over(floor.limits)
        none = Limits()
        tables = {each: self.tables.get(each, none).over(floor.tables.get(each, none))
                  for each in (*self.tables, *floor.tables)}  # fmt: skip
        return Policy(
            environment=max(self.environment, floor.environment),
            actions=dict(self.actions),
            floor=stricter,
            max_rows=limits.max_rows,
            confirm_rows=limits.confirm_rows,
            max_percent=limits.max_percent,
            tables=tables,
            protected_tables=tuple(dict.fromkeys((*floor.protected_tables, *self.protected_tables))),
            undo=max((each for each in (self.undo, floor.undo) if each is not None), default=None),
            undo_max_rows=_first(self.undo_max_rows, floor.undo_max_rows),
            undo_max_bytes=_first(self.undo_max_bytes, floor.undo_max_bytes),
            undo_days=_first(self.undo_days, floor.undo_days),
            undo_total_bytes=_first(self.undo_total_bytes, floor.undo_total_bytes),
            script_answers=self.script_answers and floor.script_answers,
            freeze=tuple(dict.fromkeys((*floor.freeze, *self.freeze))),
            unlock=_both(self.unlock, floor.unlock),
            unlocked=self.unlocked,
            approvals=max(self.approvals, floor.approvals),
            author_may_approve=self.author_may_approve and floor.author_may_approve is not False,
        )


def _both(own: tuple[str, ...] | None, floor: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What both allow; a floor allows nothing by itself."""
    return own if own is None or floor is None else tuple(rule for rule in own if rule in floor)


def _first(own: int | None, other: int | None) -> int | None:
    """The profile's own number, where it says one: room for images is no question of strictness."""
    return other if own is None else own
