"""Why a setting has the value it has: everything that is said about it, where, and what of it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from safesql.config.build import of_environment
from safesql.config.inherit import line_of
from safesql.config.layers import effective_policy, floor_policy, merged, own_policy, profile_settings
from safesql.config.load import Config
from safesql.config.nearest import nearest
from safesql.config.origin import Layer, Origin, Setting
from safesql.config.schema import HOST, PROFILE, TOP, UI, policy_keys
from safesql.errors import UsageError
from safesql.guard.action import Environment
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """One place that says something about a setting, and why it has no effect; empty when it has one."""

    value: Any
    origin: Origin
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A setting by its whole name: the value in force (None: nobody says one), and all that is said."""

    name: str
    value: Any
    voices: tuple[Voice, ...]
    environment: Environment | None = None


def explained(config: Config, name: str) -> Explained:
    """A setting such as ``prod.policy.max_rows``, ``prod.url``, ``ui.pager`` or ``policy.truncate``.

    Raises UsageError for a name that no setting has, ConfigError for an unknown profile.
    """
    parts = _parts(config, name.removeprefix("profiles."))
    if len(parts) == 1 or parts[0] in ("ui", "policy"):
        _known(parts[-1], {"ui": UI, "policy": policy_keys()}.get(parts[0], TOP))
        in_force = merged(config.layers, *parts[:-1]).get((parts[-1],))
        found = tuple(_judged(said(config.layers, [tuple(parts)]), in_force, parts))
        return Explained(".".join(parts), in_force.value if in_force else None, found)
    environment = config.profile(parts[0]).environment
    _known(parts[-1], policy_keys() if len(parts) > 2 else PROFILE)
    in_force, found = voices(config.layers, parts[0], environment, parts[1:])
    return Explained(".".join(("profiles", *parts)), in_force.value if in_force else None, found, environment)


def voices(
    layers: Sequence[Layer], profile: str, environment: Environment, rest: Sequence[str]
) -> tuple[Setting | None, tuple[Voice, ...]]:
    """All that is said of a profile's setting, and the one in force; ``rest`` is the key, with "policy" before it."""
    line = line_of(layers, profile)
    if rest[0] == "policy":
        own, floor = own_policy(layers, profile), floor_policy(layers, profile, environment)
        in_force = effective_policy(own, floor).get((rest[1],))
        places = [("policy", rest[1]), ("environments", environment.word, *rest)]
    else:
        in_force = {**of_environment(layers, environment), **profile_settings(layers, profile)}.get(rest[0])
        places = [("environments", environment.word, *rest)]
    places += [("profiles", each, *rest) for each in line]
    return in_force, tuple(_judged(said(layers, places), in_force, rest))


def said(layers: Sequence[Layer], places: Sequence[tuple[str, ...]]) -> Iterator[tuple[Setting, bool]]:
    """The settings at these paths, in the order of places and files, and whether their file is trusted with them."""
    for path in places:
        for layer in layers:
            if path in layer.settings:
                yield layer.settings[path], True
            elif path in layer.dropped:
                yield layer.dropped[path], False


def _judged(
    settings: Iterator[tuple[Setting, bool]], in_force: Setting | None, path: Sequence[str]
) -> Iterator[Voice]:
    """Each with the reason why it does not count."""
    for setting, trusted in settings:
        lost = ""
        if not trusted:
            lost = "the file is not trusted"
        elif in_force is not None and not _counts(setting, in_force):
            kind = "is stricter" if "policy" in path else "is said later, or may only be tightened"
            lost = f"{in_force.origin} {kind}"
        yield Voice(setting.value, setting.origin, lost)


def _counts(setting: Setting, in_force: Setting) -> bool:
    """Whether it is the value in force, or a part of it."""
    if isinstance(setting.value, tuple) and isinstance(in_force.value, tuple):
        return set(setting.value) <= set(in_force.value)
    return bool(setting.value == in_force.value)


def _parts(config: Config, name: str) -> tuple[str, ...]:
    """The words of a dotted name; a profile's own name may have dots."""
    for profile in sorted(config.names, key=len, reverse=True):
        if name.startswith(f"{profile}."):
            rest = name.removeprefix(f"{profile}.")
            return (profile, "policy", rest.removeprefix("policy.")) if rest.startswith("policy.") else (profile, rest)
    first, dot, rest = name.partition(".")
    if dot and first not in ("ui", "policy"):
        config.profile(first)
    return (first, rest) if dot else (first,)


def _known(key: str, keys: Any) -> None:
    """Raise UsageError unless there is such a setting."""
    if key not in keys and not key.startswith("tables."):
        raise UsageError(f"there is no setting called {key[:80]}{nearest(key, (*keys, *HOST))}")
