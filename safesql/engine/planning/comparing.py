"""What is not as it was planned: a sentence for each difference, and none for what may differ."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.planning.expected import Tolerance
from safesql.guard.action import Action
from safesql.rewrite.fingerprint.asked import ASPECTS
from safesql.slotted import dataclass
from safesql.store.plan.plan import Place, Plan, Rows, Shape, Step

WHERE = {
    "identity": "this is another server", "database": "this is another database",
    "database_id": "the database was made anew since", "timeline": "this server took over from another since",
    "role": "the role is another", "product": "the server's version is another", "dialect": "the dialect is another",
    "environment": "the environment is another", "modes": "the server reads text in other modes",
    "path": "names are looked up in other schemas",
}  # fmt: skip
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Difference:
    """``stricter`` is true of what policy says now and did not say then."""

    sentence: str
    stricter: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What ran of a plan before: so many ``steps``, which may have changed tables with these last names."""

    steps: int = 0
    tables: frozenset[str] = frozenset()

    def changed(self, table: str) -> bool:
        """Whether a table may have another definition than the planned one, by its name in a plan."""
        return table.rpartition(".")[2].strip('"`').lower() in self.tables


NOTHING_YET = Done()


def differences(plan: Plan, now: Plan, done: Done = NOTHING_YET) -> Iterator[Difference]:
    """All of them, the target's first; ``now`` was made of the same files at this moment."""
    yield from _places(plan.target, now.target)
    planned = {file.path: file.sha256 for file in plan.files}
    for file in now.files:
        if planned.pop(file.path, "") != file.sha256:
            yield Difference(f"{file.path} is not the file that was planned")
    for path in planned:
        yield Difference(f"{path} is no longer a part of these files")
    if len(plan.steps) != len(now.steps):
        yield Difference(f"there are {len(now.steps)} statements where {len(plan.steps)} were planned")
        return
    for number, (step, again) in enumerate(zip(plan.steps, now.steps, strict=True), 1):
        if (step.sha256, step.sql, step.at) != (again.sha256, again.sql, again.at):
            yield Difference(f"{again.at}: the statement is not the one that was planned")
        elif number > done.steps:
            yield from _steps(step, again, Tolerance.of(plan.tolerance))
    yield from _shapes(plan.shapes, now.shapes, done)


def _places(then: Place, now: Place) -> Iterator[Difference]:
    """The target."""
    for name, sentence in WHERE.items():
        was, found = getattr(then, name), getattr(now, name)
        if was != found:
            yield Difference(f"{sentence}: planned for {_said(was)}, and it says {_said(found)}")
    if not then.identity and then.label != now.label:
        yield Difference(f"the server does not tell who it is, and {now.label} is not {then.label}")


def _said(value: object) -> str:
    """A value for a sentence."""
    text = ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
    return text or UNKNOWN


def _steps(then: Step, now: Step, tolerance: Tolerance) -> Iterator[Difference]:
    """One statement."""
    known = {found.rule: Action[found.action.upper()] for found in then.found}
    for found in now.found:
        if Action[found.action.upper()] > known.get(found.rule, Action.ALLOW):
            said = f"{found.message} ({found.rule}, {found.action})"
            yield Difference(f"{now.at}: {said}, which the plan does not show", stricter=True)
    if then.answered and not now.answered:
        yield Difference(f"{now.at}: the policy no longer takes the answer in the script's comment", stricter=True)
    yield from _rows(then, now, tolerance)
    if now.undo and not then.undo:
        yield Difference(f"{now.at}: it could be taken back when it was planned, and now cannot: {now.undo}")
    for fact in set(now.notes) - set(then.notes) if now.fires and not then.fires else ():
        yield Difference(f"{now.at}: {fact}")


def _rows(then: Step, now: Step, tolerance: Tolerance) -> Iterator[Difference]:
    """The rows of each table that a statement touches, where both counted them."""
    planned, found = _numbers(then), _numbers(now)
    for key in dict.fromkeys((*planned, *found)):
        table, _, how = key
        was, rows = planned.get(key), found.get(key)
        least, most = tolerance.around(was or 0)
        if was is None and key in planned:
            continue
        if rows is None and key in found:
            yield Difference(f"{now.at}: the rows of {table} can no longer be counted, and {was:,} were planned")
        elif not least <= (rows or 0) <= most:
            many = f"{rows or 0:,} rows of {table}{f' {how}' if how else ''}"
            yield Difference(f"{now.at}: it would touch {many} where {was or 0:,} were planned{_give(least, most)}")


def _numbers(step: Step) -> dict[tuple[str, bool, str], int | None]:
    """By table and way; None where it was estimated, or not counted."""
    return {_key(each): None if each.estimate else each.rows for each in step.rows if not each.among}


def _key(rows: Rows) -> tuple[str, bool, str]:
    """What tells one count of a statement from another."""
    return rows.table, rows.cascade, rows.how


def _give(least: int, most: int) -> str:
    """The tolerance, where there is one."""
    return f" ({least:,} to {most:,} would do)" if least != most else ""


def _shapes(then: tuple[Shape, ...], now: tuple[Shape, ...], done: Done) -> Iterator[Difference]:
    """The definitions of the tables."""
    planned, found = {shape.table: shape for shape in then}, {shape.table: shape for shape in now}
    for table in dict.fromkeys((*planned, *found)):
        was, shape = planned.get(table), found.get(table)
        if done.changed(table):
            continue
        if was is None:
            yield Difference(f"{table} is touched or named now, and was not when this was planned")
        elif shape is None:
            yield Difference(f"{table} is not there any more, or nothing leads to it")
        elif was.kind != shape.kind:
            yield Difference(f"{table} was a {was.kind}, and is a {shape.kind} now")
        else:
            changed = [aspect for aspect in ASPECTS if getattr(was, aspect) != getattr(shape, aspect)]
            if changed:
                yield Difference(f"{table} was altered since: its {', '.join(changed)}")
