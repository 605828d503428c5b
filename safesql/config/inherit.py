"""What a profile takes from others: from those it extends, and from what is said of its environment."""

from __future__ import annotations

from collections.abc import Sequence

from safesql.config.nearest import nearest
from safesql.config.origin import Finding, Layer, Setting, Unusable

MOST = 20          # profiles in one line of descent


def line_of(layers: Sequence[Layer], name: str) -> tuple[str, ...]:
    """The profile's ancestors, the oldest first, and itself; raises Unusable for a circle and for an unknown name."""
    line = [name]
    while (setting := _extends(layers, line[0])) is not None:
        base = str(setting.value)
        known = {path[1] for layer in layers for path in layer.settings if path[0] == "profiles"}
        if base not in known:
            sentence = f"profile {line[0]} extends {base}, which does not exist{nearest(base, known)}"
            raise Unusable(Finding(setting.origin, sentence))
        if base in line or len(line) >= MOST:
            circle = " extends ".join((base, *line[: line.index(base) + 1])) if base in line else " extends ".join(line)
            raise Unusable(Finding(setting.origin, f"profile {circle}: profiles cannot extend each other in a circle"))
        line.insert(0, base)
    return tuple(line)


def _extends(layers: Sequence[Layer], name: str) -> Setting | None:
    """What the last layer says that it extends."""
    path = ("profiles", name, "extends")
    return next((layer.settings[path] for layer in reversed(layers) if path in layer.settings), None)
