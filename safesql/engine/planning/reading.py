"""A plan as lines for the person who is to approve it: what, where, how many rows, what stays for ever."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.engine.planning.unmeasured import line_of
from safesql.guard.action import Action
from safesql.store.plan.plan import Plan, Rows, Step

TRIED = "tried in a transaction that was rolled back: the rows below are what it really touched"
SHOWN = 12                 # lines of a statement
DIGITS = 16                # of a digest
RUNS = Action.ALLOW.word


def lines_of(plan: Plan) -> Iterator[str]:
    """All of it."""
    yield from _head(plan)
    for step in plan.steps:
        yield ""
        yield from _step(step, plan)
    yield ""
    yield from _together(plan)
    yield summary_of(plan)


def summary_of(plan: Plan) -> str:
    """One line: statements, rows, and what is special about them."""
    counted = [each for step in plan.steps if not step.tried for each in step.rows if not each.among]
    rows = sum(each.rows or 0 for each in (*counted, *(row for step in plan.steps for row in step.tried)))
    stopped = sum(step.verdict != RUNS and not step.answered for step in plan.steps)
    lost = sum(bool(step.undo) for step in plan.steps)
    unknown = sum(any(each.rows is None for each in step.rows) and step.affected is None for step in plan.steps)
    said = (
        (True, f"{len(plan.steps):,} statement{'s' if len(plan.steps) != 1 else ''}"),
        (True, f"{rows:,} row{'s' if rows != 1 else ''}"),
        (stopped, f"{stopped} would be stopped without an approval"),
        (lost, f"{lost} cannot be taken back"),
        (unknown, f"{unknown} not countable now"),
    )
    return ", ".join(text for holds, text in said if holds)


def _head(plan: Plan) -> Iterator[str]:
    """Where, who, when, and which files."""
    place = plan.target
    name = f"{place.profile}: " if place.profile else ""
    role = f", as {place.role}" if place.role else ""
    yield f"plan for {name}{place.label} ({place.product}), {place.environment}{role}"
    yield f"made by {plan.author} ({plan.user}) at {plan.made}, to be applied before {plan.expires}"
    for file in plan.files:
        yield f"file {file.path}, sha256 {file.sha256[:DIGITS]}"
    if plan.trial:
        yield TRIED
    if plan.tolerance != "0":
        yield f"rows may differ by {plan.tolerance}{'' if plan.tolerance.endswith('%') else ' rows'}"


def _step(step: Step, plan: Plan) -> Iterator[str]:
    """One statement."""
    answered = ", answered in the file" if step.answered else ""
    yield f"{step.number}. {step.at}: {step.verdict}{answered}"
    for line in step.sql[:SHOWN]:
        yield f"     {line}"
    if len(step.sql) > SHOWN:
        yield f"     ... ({len(step.sql) - SHOWN} lines more)"
    for found in step.found:
        yield f"   {found.action}: {found.message} ({found.rule})"
    for rows in step.tried or step.rows:
        yield f"   {_rows(rows)}"
    held = line_of(step, plan)
    for line in (*((held,) if held else ()), *step.notes, *step.locks):
        yield f"   {line}"
    if step.undo:
        yield f"   cannot be taken back: {step.undo}"


def _rows(rows: Rows) -> str:
    """The rows of one table."""
    how = f" {rows.how}" if rows.how else ""
    if rows.rows is None:
        return f"rows of {rows.table}{how}: not countable now, {rows.reason}"
    of = f" of {rows.of:,}" if rows.of is not None else ""
    about = "about " if rows.estimate else ""
    word = "row" if rows.rows == 1 and rows.of is None else "rows"
    return f"{about}{rows.rows:,}{of} {word} of {rows.table}{how}"


def _together(plan: Plan) -> Iterator[str]:
    """What happens as a whole, and what a failure leaves."""
    for line in plan.segments:
        yield f"together: {line}"
    if plan.single_transaction:
        yield "all of it runs in one transaction: all or nothing"
    for line in plan.advice:
        yield f"better: {line}"
