"""Laws of policy: the order of files of one kind does not matter, and nothing is ever laxer than a file that others keep to."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safesql.config.document import Document
from safesql.config.layer import checked
from safesql.config.layers import environment_of
from safesql.config.origin import Layer, Rank
from safesql.config.policies import policy_of
from safesql.config.toml_lines import key_lines
from safesql.config.untrusted import tightening
from safesql.guard.action import Action, Environment, Undo
from safesql.guard.policy import Policy

RULES = ("delete-without-where", "truncate")
PROFILES = ("p", "q")
TABLES = ("policy", "profiles.p.policy", "profiles.q.policy", "environments.production.policy")
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        **{rule: st.sampled_from([f'"{action.word}"' for action in Action]) for rule in RULES},
        "max_rows": st.integers(0, 9).map(str),
        "max_percent": st.integers(0, 9).map(str),
        "protected_tables": st.sampled_from(['["a"]', '["b"]']),
        "script_answers": st.sampled_from(["true", "false"]),
        "undo": st.sampled_from([f'"{undo.word}"' for undo in Undo]),
    },
)
ENVIRONMENTS = st.none() | st.sampled_from([each.word for each in Environment])


@st.composite
def files(draw: st.DrawFn) -> Layer:
    """A file of any kind with policies of both profiles, one of which may extend the other."""
    lines: list[str] = []
    for table in TABLES:
        said = draw(SETTINGS)
        lines += [f"[{table}]", *(f"{key} = {value}" for key, value in said.items())] if said else []
    for name in PROFILES:
        environment = draw(ENVIRONMENTS)
        if environment is not None or f"[profiles.{name}.policy]" in lines:
            lines += [f"[profiles.{name}]", 'url = "sqlite://"']
            lines += [f'environment = "{environment}"'] if environment else []
    text = "\n".join(lines)
    layer = checked(Document(Path("/f.toml"), tomllib.loads(text), key_lines(text), private=True))
    assert layer.findings == ()
    return replace(layer, rank=draw(st.sampled_from(Rank)))


BASES = st.booleans()


def with_base(layers: list[Layer]) -> list[Layer]:
    """The same, where the first file says that q extends p."""
    text = '[profiles.q]\nextends = "p"\n[profiles.p]\nurl = "sqlite://"\n'
    base = checked(Document(Path("/base.toml"), tomllib.loads(text), key_lines(text), private=True))
    return [replace(base, rank=Rank.PROJECT), *layers]


def facts(policy: Policy) -> tuple[object, ...]:
    """All of a policy that can be compared by strictness, the stricter the greater."""
    least = [-(10.0**6) if limit is None else -float(limit) for limit in (policy.max_rows, policy.max_percent)]
    actions = [policy.action(rule, Action.CONFIRM) for rule in RULES]
    undo = -1 if policy.undo is None else int(policy.undo)
    return (*actions, *least, undo, not policy.script_answers, frozenset(policy.protected_tables))


def at_least(policy: Policy, other: Policy) -> bool:
    """Whether it is as strict in everything."""
    return all(one >= two for one, two in zip(facts(policy), facts(other), strict=True))  # type: ignore[operator]


def of(layers: list[Layer], name: str) -> tuple[Environment, Policy]:
    environment = environment_of(layers, name)
    return environment, policy_of(layers, name, environment)[0]


@given(st.lists(files(), min_size=1, max_size=3), BASES)
@settings(deadline=None)
def test_the_order_of_files_does_not_matter_for_policy(layers: list[Layer], based: bool) -> None:
    layers = with_base(layers) if based else layers
    for name in PROFILES:
        found = {(environment, facts(policy)) for environment, policy in (of(list(o), name) for o in permutations(layers))}
        assert len(found) == 1


@given(st.lists(files(), min_size=1, max_size=3), files(), st.sampled_from(PROFILES))
@settings(deadline=None)
def test_a_file_that_nobody_trusted_loosens_nothing(layers: list[Layer], other: Layer, name: str) -> None:
    environment, before = of(layers, name)
    for place in range(len(layers) + 1):
        after_environment, after = of([*layers[:place], tightening(other), *layers[place:]], name)
        assert after_environment >= environment
        assert at_least(after, before)


@given(st.lists(files(), min_size=1, max_size=3), files(), st.sampled_from(PROFILES))
@settings(deadline=None)
def test_a_file_of_less_weight_loosens_nothing_that_a_weightier_one_decides(
    layers: list[Layer], other: Layer, name: str
) -> None:
    having = [layer.rank for layer in layers if any(path[:2] == ("profiles", name) for path in layer.settings)]
    assume(having and min(having) < Rank.PROJECT)
    lighter = replace(other, rank=Rank(max(other.rank, min(having) + 1)))
    environment, before = of(layers, name)
    after_environment, after = of([*layers, lighter], name)
    assert after_environment >= environment
    assert at_least(after, before)


@given(st.lists(files(), min_size=1, max_size=3))
@settings(deadline=None)
def test_the_floor_of_a_file_holds_for_every_profile(layers: list[Layer]) -> None:
    for layer in layers:
        floor = policy_of([replace(layer, settings={p: s for p, s in layer.settings.items() if p[0] == "policy"})], "",
                          Environment.PRODUCTION)[0]  # fmt: skip
        for name in PROFILES:
            found = of(layers, name)[1]
            assert all(found.action(rule, Action.ALLOW) >= floor.action(rule, Action.ALLOW) for rule in RULES)
            assert floor.max_rows is None or (found.max_rows is not None and found.max_rows <= floor.max_rows)
