"""The policy of a profile, and of a target without one, from the settings of all layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safesql.config.layers import effective_policy, floor_policy, own_policy
from safesql.config.origin import Layer, Origin, Settings
from safesql.guard.action import Action, Environment
from safesql.guard.limits import Limits
from safesql.guard.policy import Policy
from safesql.slotted import replace

_PLAIN = (
    "max_rows", "confirm_rows", "max_percent", "protected_tables", "undo", "undo_max_rows", "undo_max_bytes",
    "undo_days", "undo_total_bytes", "script_answers", "freeze", "unlock", "approvals",
    "author_may_approve",
)  # fmt: skip
"""Settings that have the same name in a file and in a Policy."""


def policy_of(layers: Sequence[Layer], name: str, environment: Environment) -> tuple[Policy, dict[str, Origin]]:
    """The policy of a profile over the floor of all files, and where each part of it stands; ``name`` may be empty."""
    own, floor = own_policy(layers, name), floor_policy(layers, name, environment)
    policy = _policy(own, environment).over(_as_floor(_policy(floor, environment)))
    return policy, {f"policy.{path[0]}": setting.origin for path, setting in effective_policy(own, floor).items()}


def _policy(settings: Settings, environment: Environment) -> Policy:
    """One table as a policy."""
    values = {path[0]: setting.value for path, setting in settings.items()}
    return Policy(
        environment=environment,
        actions={name: value for name, value in values.items() if isinstance(value, Action)},
        tables=_tables(values),
        **{name: values[name] for name in _PLAIN if name in values},
    )


def _tables(values: Mapping[str, Any]) -> dict[str, Limits]:
    """The limits of single tables, by the pattern of their names."""
    found: dict[str, Limits] = {}
    for name, value in values.items():
        if name.startswith("tables."):
            pattern, _, limit = name.removeprefix("tables.").rpartition(".")
            found[pattern] = replace(found.get(pattern, Limits()), **{limit: value})
    return found


def _as_floor(policy: Policy) -> Policy:
    """The same policy with its actions as the least that may be done."""
    return replace(policy, actions={}, floor=policy.actions)
