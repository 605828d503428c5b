"""Intervals of time: which way they lead, as far as their text tells."""

from __future__ import annotations

from safesql.guard.predicate.arithmetic import computed
from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.value import Depends, Value
from safesql.sql.possessive import compiled

_SOME_TIME = compiled(r"[1-9]")


def interval(fold: Fold, amount: Value, unit: str = "") -> Value:
    """``INTERVAL amount unit``, or PostgreSQL's ``INTERVAL 'amount'``."""
    made = fold.keys.made(f"interval {unit}".strip(), (amount,))
    return made._replace(span=_sign(str(amount.constant.value))) if amount.constant else made


def _sign(text: str) -> int:
    """1 where time goes on, -1 where it goes back, 0 where the text may lead either way."""
    if not _SOME_TIME.search(text) or "ago" in text.lower():
        return 0
    return 1 if "-" not in text else -1 if text.lstrip().startswith("-") and len(text.split()) <= 2 else 0


def moved(fold: Fold, arguments: tuple[Value, ...], operator: str) -> Value | None:
    """DATE_ADD and DATE_SUB of a moment of the row."""
    if len(arguments) != 2 or not arguments[1].span or arguments[0].depends is not Depends.ROW:
        return None
    return computed(fold, operator, *arguments)
