"""The judge: a pure function from a statement, a policy and facts to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from safesql.guard.action import Action
from safesql.guard.analysis import effect_of
from safesql.guard.effect import Effect, Reach
from safesql.guard.facts import Facts
from safesql.guard.following import following
from safesql.guard.layers import layers
from safesql.guard.memory import Memory
from safesql.guard.policy import Policy
from safesql.guard.quoted import with_columns
from safesql.guard.recall import recalled
from safesql.guard.rule import Finding, Rule
from safesql.guard.rules import RULES
from safesql.guard.rules.no_way_back import NAME as NO_WAY_BACK
from safesql.guard.running import running
from safesql.guard.verdict import Verdict
from safesql.slotted import replace
from safesql.sql.statement import Statement

UNKNOWN = Facts()


def judge(statement: Statement, policy: Policy, facts: Facts = UNKNOWN, rules: Iterable[Rule] = RULES) -> Verdict:
    """The verdict on one statement; the strictest finding decides.

    Statements are judged in the order in which they run: ``facts.memory.after(verdict.effect)`` is what the next one
    has to know of this one.
    """
    effect = effect_after(statement, facts.memory)
    if facts.behind:
        effect = _with_columns(effect, statement, facts)
        effect = following(effect, statement, facts.memory, facts.behind)
    findings = tuple(_findings(effect, policy, facts, rules))
    if effect.behind or effect.parts:
        findings += tuple(dict.fromkeys(_found_behind(effect, policy, facts, rules)))
    findings = raised(findings) if facts.no_way_back else findings
    action = max((finding.action for finding in findings), default=Action.ALLOW)
    return Verdict(statement, effect, action, findings)


def effect_after(statement: Statement, memory: Memory) -> Effect:
    """What a statement does by its text, after those before it."""
    return recalled(running(effect_of(statement), statement, memory), memory, statement.dialect)


def _with_columns(effect: Effect, statement: Statement, facts: Facts) -> Effect:
    """The effect read again where it matters which of its names are columns."""
    read = with_columns(statement, effect, facts.behind or {})
    return effect if read is statement else effect_after(read, facts.memory)


class Alike:
    """Judges in order; rows behind the same words as the rows before get the same verdict: dumps are made of them."""

    def __init__(self) -> None:
        """Nothing was judged before."""
        self._head = ""
        self._facts = UNKNOWN
        self._policy: Policy | None = None
        self._last: Verdict | None = None

    def judge(self, statement: Statement, policy: Policy, facts: Facts) -> Verdict:
        """The verdict of ``judge``."""
        again = self.again(statement, policy)
        if again is not None and (facts is self._facts or facts == self._facts):
            return again
        verdict = judge(statement, policy, facts)
        if statement.literal_rows:
            self._head, self._facts = statement.text[: statement.literal_rows], facts
            self._policy, self._last = policy, verdict
        return verdict

    def again(self, statement: Statement, policy: Policy) -> Verdict | None:
        """The same, for whoever knows that the facts are what they were at the last one; None for other words."""
        last = self._last
        if (
            last is not None
            and statement.literal_rows == len(self._head)
            and statement.text.startswith(self._head)
            and statement.dialect is last.statement.dialect
            and policy is self._policy
        ):
            return Verdict(statement, last.effect, last.action, last.findings)
        return None


def raised(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Where there is no way back, the answer must be one level stronger than it would be, up to TYPE."""
    strictest = max((finding.action for finding in findings if finding.rule != NO_WAY_BACK), default=Action.ALLOW)
    least = Action.CONFIRM if strictest is Action.ALLOW else Action.TYPE
    return tuple(
        replace(finding, action=max(finding.action, least))
        if finding.rule == NO_WAY_BACK and finding.action > Action.ALLOW
        else finding
        for finding in findings
    )


@lru_cache(maxsize=1024)
def _concerned(verbs: frozenset[str], reaches: frozenset[Reach]) -> tuple[Rule, ...]:
    """The rules that can find anything in effects of these kinds: the rows of a dump are all of one kind."""
    return tuple(
        rule
        for rule in RULES
        if (rule.verbs is None or not verbs.isdisjoint(rule.verbs))
        and (rule.reaches is None or not reaches.isdisjoint(rule.reaches))
    )


def _findings(effect: Effect, policy: Policy, facts: Facts, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What each rule finds, with what the policy does about it."""
    if effect.parts:
        parts = list(effect.walk())
        kinds = frozenset(part.verb for part in parts), frozenset(part.reach for part in parts)
    else:
        kinds = frozenset((effect.verb,)), frozenset((effect.reach,))
    for rule in _concerned(*kinds) if rules is RULES else rules:
        for hit in rule.check(effect, facts):
            action = policy.action(rule.name, rule.action(policy.environment))
            yield Finding(rule.name, action, hit.at, hit.message, hit.instead)


def _found_behind(effect: Effect, policy: Policy, facts: Facts, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules find in each body behind a statement, with its name; rows were counted of the statement alone."""
    inside: Facts | None = None
    for label, layer in islice(layers(effect), 1, None):
        inside = inside or replace(
            facts, matched_rows=None, counted=(), no_way_back="", no_undo="", foreseen=(),
            memory=replace(facts.memory, database=""),
        )
        for finding in _findings(layer, policy, inside, rules):
            yield replace(finding, message=f"{label}: {finding.message}")
