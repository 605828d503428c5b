"""CASE and IF: the branches that can be taken, and what they make together."""

from __future__ import annotations

from safesql.guard.predicate.fold import Fold
from safesql.guard.predicate.truth import Truth
from safesql.guard.predicate.value import Value

Values = tuple[Value, ...]
MANY = 50         # branches; more are taken for one expression


def chosen(fold: Fold, conditions: Values, results: Values) -> Value:
    """CASE: the result of the first condition that is true; the last result is that of ELSE."""
    conditions, results = _reachable(fold, conditions, results)
    if len({result.key for result in results}) == 1:
        return results[0]
    made = fold.keys.made("case", (*conditions, *results))
    if len(conditions) > MANY:
        return made
    branches = [(_before(fold, conditions, place), result) for place, result in enumerate(results)]
    chosen_true = fold.some([fold.every([*before, result]) for before, result in branches])
    chosen_false = fold.some([fold.every([*before, fold.negated(result)]) for before, result in branches])
    nested = any(result.cases for result in results)
    logical = all(_logical(result) for result in results)
    sides = Truth(fold.condition(chosen_true).true, fold.condition(chosen_false).true)
    return made._replace(logical=logical, truth=sides, cases=None if nested else (conditions, results))


def _logical(value: Value) -> bool:
    """Whether it is true, false, 1, 0 or NULL."""
    if value.constant is not None:
        return not isinstance(value.constant.value, str) and value.constant.value in (True, False, None)
    return value.truth is not None and value.logical


def _before(fold: Fold, conditions: Values, place: int) -> list[Value]:
    """What must hold for the result at this place to be taken."""
    earlier = [fold.negated(fold.is_truth(condition, wanted=True)) for condition in conditions[:place]]
    return [*earlier, *conditions[place : place + 1]]


def _reachable(fold: Fold, conditions: Values, results: Values) -> tuple[Values, Values]:
    """Without the branches that are never taken, and those after one that always is."""
    kept: list[Value] = []
    values: list[Value] = []
    for condition, result in zip(conditions, results, strict=False):
        settled = fold.settled(condition)
        holds = fold.holds(settled.constant) if settled.constant else None
        if fold.is_null(settled) or holds is False:
            continue
        values.append(result)
        if holds is True:
            return tuple(kept), tuple(values)
        kept.append(condition)
    return tuple(kept), (*values, results[-1])
