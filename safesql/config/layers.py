"""Layers made one: of connection settings the later wins, of policy the stricter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from safesql.config.inherit import line_of
from safesql.config.origin import Layer, Setting, Settings
from safesql.config.schema import PLACE
from safesql.guard.action import Action, Environment, Undo


def names(layers: Sequence[Layer]) -> tuple[str, ...]:
    """The profiles of all layers, sorted; a file that is not trusted brings none of its own."""
    mentioned = {path[1] for layer in layers if layer.trusted for path in layer.settings if path[0] == "profiles"}
    return tuple(sorted(mentioned))


def merged(layers: Sequence[Layer], *prefix: str) -> Settings:
    """The settings below a table, by the rest of their path; tables inside it are left out."""
    found: Settings = {}
    for layer in layers:
        for path, setting in layer.settings.items():
            if len(path) == len(prefix) + 1 and path[: len(prefix)] == prefix:
                found[path[len(prefix) :]] = joined(path, found.get(path[len(prefix) :]), setting)
    return found


def profile_settings(layers: Sequence[Layer], name: str) -> dict[str, Setting]:
    """What a profile and its ancestors say, the policy left out; raises Unusable for a wrong line of descent.

    A place that a profile names replaces that of its ancestors as a whole.
    """
    found: Settings = {}
    for each in line_of(layers, name):
        own = merged(layers, "profiles", each)
        if any((key,) in own for key in ("url", *PLACE)):
            found = {path: setting for path, setting in found.items() if path[0] not in ("url", *PLACE)}
        for path, setting in own.items():
            found[path] = joined(("profiles", each, *path), found.get(path), setting)
    return {path[0]: setting for path, setting in found.items()}


def own_policy(layers: Sequence[Layer], name: str) -> Settings:
    """What may loosen a preset: the policy of a profile by the weightiest kind of file that has the profile."""
    found: Settings = {}
    for each in line_of(layers, name) if name else ():
        for path, setting in merged(_deciding(layers, each), "profiles", each, "policy").items():
            found[path] = joined(("policy", *path), found.get(path), setting)
    return found


def floor_policy(layers: Sequence[Layer], name: str, environment: Environment) -> Settings:
    """What may only tighten: of all files, of the environment, and of files with less say about a profile."""
    found: Settings = {}
    for settings in _floors(layers, name, environment):
        for path, setting in settings.items():
            found[path] = joined(("policy", *path), found.get(path), setting)
    return found


def _floors(layers: Sequence[Layer], name: str, environment: Environment) -> Iterator[Settings]:
    """The tables that a floor is made of."""
    yield merged(layers, "policy")
    yield merged(layers, "environments", environment.word, "policy")
    for each in line_of(layers, name) if name else ():
        deciding = _deciding(layers, each)
        yield merged([layer for layer in layers if layer not in deciding], "profiles", each, "policy")


def environment_of(layers: Sequence[Layer], name: str) -> Environment:
    """The environment of a profile: production unless its own file says otherwise; other files can only tighten it."""
    own: list[Environment] = []
    others: list[Environment] = []
    for each in line_of(layers, name):
        path = ("profiles", each, "environment")
        deciding = _deciding(layers, each)
        for layer in layers:
            if path in layer.settings:
                (own if layer in deciding else others).append(layer.settings[path].value)
    return max((max(own, default=Environment.PRODUCTION), *others))


def _deciding(layers: Sequence[Layer], name: str) -> list[Layer]:
    """The trusted layers of the weightiest rank that mention a profile."""
    own = ("profiles", name)
    having = [layer for layer in layers if layer.trusted and any(path[:2] == own for path in layer.settings)]
    first = min((layer.rank for layer in having), default=None)
    return [layer for layer in having if layer.rank == first]


def effective_policy(own: Settings, floor: Settings) -> Settings:
    """Of each part of a policy the stricter setting, with the place it stands in."""
    effective = dict(floor)
    for path, setting in own.items():
        effective[path] = joined(("policy", *path), floor.get(path), setting)
    return effective


def joined(path: tuple[str, ...], before: Setting | None, setting: Setting) -> Setting:
    """The one of two settings that counts; the earlier layer's when both are equally strict."""
    if before is None:
        return setting
    old, new = before.value, setting.value
    if path[-1] == "unlock" and "policy" in path:
        both = tuple(rule for rule in old if rule in new)
        return before if both == old else Setting(both, setting.origin)
    if path[-1] in ("protected_tables", "freeze") and "policy" in path:
        both = tuple(dict.fromkeys((*old, *new)))
        return before if both == old else Setting(both, setting.origin)
    return setting if _wins(path, old, new) else before


def _wins(path: tuple[str, ...], old: Any, new: Any) -> bool:
    """Whether the later value replaces the earlier one."""
    match path[-1].rpartition(".")[2]:
        case "max_rows" | "confirm_rows" | "max_percent" if "policy" in path:
            return bool(new < old)
        case "approvals" if "policy" in path:
            return bool(new > old)
        case "script_answers" | "author_may_approve":
            return bool(old and not new)
        case "read_only":
            return bool(new and not old)
        case "role":
            return bool(new == "primary")
        case _ if isinstance(new, Action | Environment | Undo):
            return bool(new > old)
        case _:
            return True
