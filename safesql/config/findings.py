"""What ``safesql config check`` tells: all that is wrong with the files, and what in them has no effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safesql.config.build import profile_of
from safesql.config.explain import voices
from safesql.config.files import Places, read_layers
from safesql.config.layers import merged, names
from safesql.config.nearest import nearest
from safesql.config.origin import Finding, Layer, Unusable
from safesql.config.schema import PLACE
from safesql.config.spelled import spelled


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
        for name in names(layers):
            found += [note for note in _without_effect(layers, name, places) if note not in found]
    return tuple(found)


def _without_effect(layers: Sequence[Layer], name: str, places: Places) -> Iterator[Finding]:
    """Attempts to loosen a policy, which others forbid."""
    try:
        environment = profile_of(layers, name, places.environ).environment
    except Unusable:
        return
    keys = {path[-1] for layer in layers for path in layer.settings if "policy" in path and path[-1] != "policy"}
    for key in sorted(keys):
        in_force, said = voices(layers, name, environment, ("policy", key))
        for voice in said:
            if voice.lost and in_force is not None:
                sentence = f"{key} = {spelled(voice.value)} has no effect on {name}: "
                yield Finding(voice.origin, f"{sentence}{in_force.origin} says {spelled(in_force.value)}", note=True)


def _only_a_base(layers: tuple[Layer, ...], name: str) -> bool:
    """Whether a profile is there for others to extend, and leads nowhere itself."""
    own = merged(layers, "profiles", name)
    said = (item for layer in layers for item in layer.settings.items())
    extended = any(path[-1] == "extends" and setting.value == name for path, setting in said)
    return extended and ("extends",) not in own and not any((key,) in own for key in ("url", *PLACE))


