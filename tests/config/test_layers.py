from __future__ import annotations

import tomllib
from itertools import permutations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from safesql.config.build import profile_of
from safesql.config.document import Document
from safesql.config.layer import checked
from safesql.config.layers import merged
from safesql.config.origin import Layer
from safesql.config.policies import policy_of
from safesql.config.toml_lines import key_lines
from safesql.guard.action import Action, Environment

RULES = ("delete-without-where", "truncate", "update-without-where")


def layer(text: str, name: str = "config.toml") -> Layer:
    made = checked(Document(Path("/etc") / name, tomllib.loads(text), key_lines(text), private=True))
    assert made.findings == ()
    return made


def test_of_connection_settings_the_later_layer_wins() -> None:
    system = layer('[profiles.p]\nurl = "postgresql://old/d"\ntls = "require"\nidentity = "1"', "system.toml")
    user = layer('[profiles.p]\nurl = "postgresql://new/d"')
    profile = profile_of((system, user), "p", {"USER": "ann"})
    assert (profile.target.host, profile.target.tls, profile.identity) == ("new", "require", "1")
    assert str(profile.origins["url"]) == "/etc/config.toml:2"
    assert str(profile.origins["tls"]) == "/etc/system.toml:3"


def test_what_makes_a_profile_safer_cannot_be_taken_back() -> None:
    system = layer(
        '[profiles.p]\nurl = "sqlite://"\nenvironment = "production"\nread_only = true\nrole = "primary"\n'
        'policy.truncate = "block"\npolicy.max_rows = 10\n'
        'policy.protected_tables = ["a"]\npolicy.script_answers = false'
    )
    user = layer(
        '[profiles.p]\nenvironment = "development"\nread_only = false\nrole = "any"\n'
        'policy.truncate = "allow"\npolicy.max_rows = 99\n'
        'policy.protected_tables = ["b"]\npolicy.script_answers = true'
    )
    for layers in permutations((system, user)):
        profile = profile_of(layers, "p", {})
        assert profile.environment is Environment.PRODUCTION
        assert profile.target.read_only
        assert profile.wants_primary
        assert profile.policy.action("truncate", Action.ALLOW) is Action.BLOCK
        assert profile.policy.max_rows == 10
        assert set(profile.policy.protected_tables) == {"a", "b"}
        assert not profile.policy.script_answers


def test_a_profile_may_be_laxer_than_the_preset_where_no_floor_says_otherwise() -> None:
    own = layer('[profiles.p]\nurl = "sqlite://"\npolicy.truncate = "allow"')
    assert profile_of((own,), "p", {}).policy.action("truncate", Action.BLOCK) is Action.ALLOW
    floor = layer('[policy]\ntruncate = "confirm"')
    assert profile_of((floor, own), "p", {}).policy.action("truncate", Action.BLOCK) is Action.CONFIRM


ACTIONS = st.dictionaries(st.sampled_from(RULES), st.sampled_from([action.word for action in Action]))
LIMITS = st.dictionaries(st.sampled_from(["max_rows", "confirm_rows"]), st.integers(0, 9))


def text_of(table: str, actions: dict[str, str], limits: dict[str, int]) -> str:
    lines = [f'{rule} = "{action}"' for rule, action in actions.items()] + [f"{k} = {v}" for k, v in limits.items()]
    return "\n".join([f"[{table}]", *lines])


POLICIES = st.tuples(ACTIONS, LIMITS, ACTIONS, LIMITS).map(
    lambda parts: layer(
        text_of("policy", parts[0], parts[1]) + "\n" + text_of("profiles.p.policy", parts[2], parts[3])
        + '\n[profiles.p]\nurl = "sqlite://"'
    )
)


@given(st.lists(POLICIES, min_size=1, max_size=3))
def test_the_order_of_layers_does_not_matter_for_policy_and_none_is_loosened(layers: list[Layer]) -> None:
    policies = [policy_of(order, "p", Environment.STAGING)[0] for order in permutations(layers)]
    for rule in RULES:
        results = {policy.action(rule, Action.CONFIRM) for policy in policies}
        assert len(results) == 1
        floors = [merged((each,), "policy").get((rule,)) for each in layers]
        assert all(results.copy().pop() >= floor.value for floor in floors if floor)
    assert len({(policy.max_rows, policy.confirm_rows) for policy in policies}) == 1
    for each in layers:
        for path in (("policy", "max_rows"), ("profiles", "p", "policy", "max_rows")):
            if path in each.settings:
                limit = policies[0].max_rows
                assert limit is not None
                assert limit <= each.settings[path].value
