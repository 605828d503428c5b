"""Layers made one: of connection settings the later wins, of policy the stricter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from safesql.config.origin import Layer, Origin, Setting, Settings
from safesql.guard.action import Action, Environment, Undo
from safesql.guard.limits import Limits
from safesql.guard.policy import Policy


def names(layers: Sequence[Layer]) -> tuple[str, ...]:
    """The profiles of all layers, sorted."""
    return tuple(sorted({path[1] for layer in layers for path in layer.settings if path[0] == "profiles"}))


def merged(layers: Sequence[Layer], *prefix: str) -> Settings:
    """The settings below a table, by the rest of their path; tables inside it are left out."""
    found: Settings = {}
    for layer in layers:
        for path, setting in layer.settings.items():
            if len(path) == len(prefix) + 1 and path[: len(prefix)] == prefix:
                found[path[len(prefix) :]] = _joined(path, found.get(path[len(prefix) :]), setting)
    return found


def policy_of(layers: Sequence[Layer], name: str, environment: Environment) -> tuple[Policy, dict[str, Origin]]:
    """The policy of a profile over the floor of all files, and where each part of it stands."""
    own, floor = merged(layers, "profiles", name, "policy"), merged(layers, "policy")
    policy = _policy(own, environment).over(_as_floor(_policy(floor, environment)))
    return policy, {f"policy.{path[0]}": setting.origin for path, setting in effective_policy(own, floor).items()}


def effective_policy(own: Settings, floor: Settings) -> Settings:
    """Of each part of a policy the stricter setting, with the place it stands in."""
    effective = dict(floor)
    for path, setting in own.items():
        effective[path] = _joined(("policy", *path), floor.get(path), setting)
    return effective


def _joined(path: tuple[str, ...], before: Setting | None, setting: Setting) -> Setting:
    """The one of two settings that counts; the earlier layer's when both are equally strict."""
    if before is None:
        return setting
    old, new = before.value, setting.value
    if path[-1] == "protected_tables" and "policy" in path:
        both = tuple(dict.fromkeys((*old, *new)))
        return before if both == old else Setting(both, setting.origin)
    return setting if _wins(path, old, new) else before


def _wins(path: tuple[str, ...], old: Any, new: Any) -> bool:
    """Whether the later value replaces the earlier one."""
    match path[-1].rpartition(".")[2]:
        case "max_rows" | "confirm_rows" | "max_percent" if "policy" in path:
            return bool(new < old)
        case "script_answers":
            return bool(old and not new)
        case "read_only":
            return bool(new and not old)
        case "role":
            return bool(new == "primary")
        case _ if isinstance(new, Action | Environment | Undo):
            return bool(new > old)
        case _:
            return True


def _policy(settings: Settings, environment: Environment) -> Policy:
    """One table as a policy."""
    values = {path[0]: setting.value for path, setting in settings.items()}
    return Policy(
        environment=environment,
        actions={name: value for name, value in values.items() if isinstance(value, Action)},
        max_rows=values.get("max_rows"),
        confirm_rows=values.get("confirm_rows"),
        max_percent=values.get("max_percent"),
        tables=_tables(values),
        protected_tables=values.get("protected_tables", ()),
        undo=values.get("undo"),
        undo_max_rows=values.get("undo_max_rows"),
        undo_max_bytes=values.get("undo_max_bytes"),
        undo_days=values.get("undo_days"),
        undo_total_bytes=values.get("undo_total_bytes"),
        script_answers=values.get("script_answers", True),
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
    return Policy(
        environment=policy.environment,
        floor=policy.actions,
        max_rows=policy.max_rows,
        confirm_rows=policy.confirm_rows,
        max_percent=policy.max_percent,
        tables=policy.tables,
        protected_tables=policy.protected_tables,
        undo=policy.undo,
        undo_max_rows=policy.undo_max_rows,
        undo_max_bytes=policy.undo_max_bytes,
        undo_days=policy.undo_days,
        undo_total_bytes=policy.undo_total_bytes,
        script_answers=policy.script_answers,
    )
