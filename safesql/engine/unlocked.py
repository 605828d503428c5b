"""Rules that a person unlocked for a while: what they block can be answered by typing, and nothing passes unasked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from safesql.errors import Refused, UsageError
from safesql.guard.policy import Policy
from safesql.slotted import dataclass, field, replace

LONGEST = timedelta(hours=8)


@dataclass(slots=True)
class Unlocked:
    """By rule, until when; what has expired is locked again by itself."""

    until: dict[str, datetime] = field(default_factory=dict)
    _policy: Policy | None = None          # the last one that was made, so that equal ones are the same
    _of: Policy | None = None

    def over(self, policy: Policy) -> Policy:
        """The policy at this moment."""
        if not self.until:
            return policy
        now = datetime.now(UTC)
        self.until = {rule: until for rule, until in self.until.items() if until > now}
        if self._policy is None or self._of is not policy or self._policy.unlocked != self.until.keys():
            self._policy, self._of = replace(policy, unlocked=frozenset(self.until)), policy
        return self._policy

    def unlock(self, rules: tuple[str, ...], length: timedelta, policy: Policy) -> datetime:
        """Unlock until the moment that is returned; raises Refused where policy does not allow it, UsageError."""
        allowed = policy.unlock or ()
        for rule in rules:
            if rule not in allowed:
                which = f"; it allows {', '.join(allowed)}" if allowed else ""
                raise Refused(f"the policy does not let {rule} be unlocked{which}")
        if not timedelta() < length <= LONGEST:
            raise UsageError(f"rules are unlocked for at most {LONGEST.seconds // 3600} hours, such as 15m")
        until = datetime.now(UTC) + length
        self.until.update(dict.fromkeys(rules, until))
        return until

    def lock(self) -> None:
        """All of them hold again."""
        self.until.clear()
