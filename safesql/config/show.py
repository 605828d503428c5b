"""What ``safesql config show`` tells, as data."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.config.build import of_environment
from safesql.config.layers import effective_policy, floor_policy, merged, own_policy, profile_settings
from safesql.config.load import Config
from safesql.config.origin import Origin
from safesql.config.spelled import spelled
from safesql.errors import ConfigError
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """One effective setting: its dotted name, its value as text, where it stands."""

    name: str
    value: str
    origin: Origin


def shown(config: Config, profile: str = "") -> tuple[Shown, ...]:
    """The settings of one profile with the policy it ends up with, or of everything when none is named.

    Passwords in URLs are hidden. Raises ConfigError for an unknown profile.
    """
    if profile:
        config.profile(profile)
        return tuple(_profile(config, profile))
    rows = [Shown(path[0], spelled(setting.value), setting.origin) for path, setting in merged(config.layers).items()]
    for table in ("ui", "policy"):
        settings = merged(config.layers, table)
        rows += [Shown(f"{table}.{path[0]}", spelled(each.value), each.origin) for path, each in settings.items()]
    for name in config.names:
        rows += _profile(config, name)
    return tuple(rows)


def _profile(config: Config, name: str) -> Iterator[Shown]:
    """The rows of one profile; a policy row shows the strictest of all values that hold for it."""
    layers = config.layers
    try:
        environment = config.profile(name).environment
    except ConfigError:
        return                                  # others extend it; by itself it leads nowhere
    for key, setting in {**of_environment(layers, environment), **profile_settings(layers, name)}.items():
        yield Shown(f"profiles.{name}.{key}", spelled(setting.value), setting.origin)
    own, floor = own_policy(layers, name), floor_policy(layers, name, environment)
    for path, setting in effective_policy(own, floor).items():
        yield Shown(f"profiles.{name}.policy.{path[0]}", spelled(setting.value), setting.origin)
