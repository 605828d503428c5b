"""How rules pick effects: the words that several of them share."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.guard.effect import Effect
from safesql.guard.rule import Hit


def unbounded(effect: Effect, *verbs: str) -> Iterator[Effect]:
    """The effects with one of these verbs, however deep, that spare nothing as far as the text tells."""
    return (part for part in effect.walk() if part.verb in verbs and not part.bounded)


def named(effect: Effect) -> str:
    """The target for a sentence."""
    return str(effect.target) if effect.target is not None else "it"


def noted(effect: Effect, message: str, instead: str = "") -> Hit:
    """A hit where the effect stands, with the effect's own note after the message."""
    return Hit(effect.at, f"{message}: {effect.note}" if effect.note else message, instead)
