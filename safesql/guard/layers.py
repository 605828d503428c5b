"""An effect cut where one thing starts another: what the text does, then what each body behind it does."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.effect import Effect


def layers(effect: Effect, label: str = "") -> Iterator[tuple[str, Effect]]:
    """The effect under a label, then each body behind it under its own name and those that lead to it."""
    yield label, effect
    for part in effect.walk():
        for each in part.behind:
            yield from layers(each, f"{label} → {each.target}" if label else str(each.target))
