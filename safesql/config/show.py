"""What ``safesql config show`` and ``config check`` tell, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from safesql.config.build import of_environment, profile_of
from safesql.config.files import Places, read_layers
from safesql.config.layers import effective_policy, floor_policy, merged, names, own_policy, profile_settings
from safesql.config.load import Config
from safesql.config.nearest import nearest
from safesql.config.origin import Finding, Layer, Origin, Unusable
from safesql.config.schema import PLACE
from safesql.errors import ConfigError
from safesql.guard.action import Action, Environment, Undo
from safesql.sql.redact import redact


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
    rows = [Shown(path[0], _text(setting.value), setting.origin) for path, setting in merged(config.layers).items()]
    for table in ("ui", "policy"):
        settings = merged(config.layers, table)
        rows += [Shown(f"{table}.{path[0]}", _text(each.value), each.origin) for path, each in settings.items()]
    for name in config.names:
        rows += _profile(config, name)
    return tuple(rows)


def findings(places: Places) -> tuple[Finding, ...]:
    """All that is wrong with the files, profile by profile too, and notes on what has no effect."""
    layers, found = read_layers(places)
    if not any(not finding.note for finding in found):
        for name in names(layers):
            try:
                profile_of(layers, name, places.environ)
            except Unusable as error:
                if not _only_a_base(layers, name):
                    found.append(error.finding)
        default = merged(layers).get(("default_profile",))
        known = names(layers)
        if default is not None and default.value not in known:
            sentence = f"default_profile names {default.value!r}, which does not exist{nearest(default.value, known)}"
            found.append(Finding(default.origin, sentence))
    return tuple(found)


def _only_a_base(layers: tuple[Layer, ...], name: str) -> bool:
    """Whether a profile is there for others to extend, and leads nowhere itself."""
    own = merged(layers, "profiles", name)
    extended = any(path[-1] == "extends" and each.value == name for one in layers for path, each in one.settings.items())
    return extended and ("extends",) not in own and not any((key,) in own for key in ("url", *PLACE))


def _profile(config: Config, name: str) -> Iterator[Shown]:
    """The rows of one profile; a policy row shows the strictest of all values that hold for it."""
    layers = config.layers
    try:
        environment = config.profile(name).environment
    except ConfigError:
        return                                  # others extend it; by itself it leads nowhere
    for key, setting in {**of_environment(layers, environment), **profile_settings(layers, name)}.items():
        yield Shown(f"profiles.{name}.{key}", _text(setting.value), setting.origin)
    own, floor = own_policy(layers, name), floor_policy(layers, name, environment)
    for path, setting in effective_policy(own, floor).items():
        yield Shown(f"profiles.{name}.policy.{path[0]}", _text(setting.value), setting.origin)


def _text(value: Any) -> str:
    """A value as the file would spell it, without secrets."""
    match value:
        case bool():
            return "true" if value else "false"
        case Action() | Environment() | Undo():
            return f'"{value.word}"'
        case float():
            return f"{value:g}"
        case int():
            return str(value)
        case tuple():
            return f"[{', '.join(_text(each) for each in value)}]"
        case _:
            return f'"{redact(str(value))}"'
