"""How many rows a plan lets each statement touch: what was counted or tried, within the tolerance of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from safesql.errors import UsageError
from safesql.slotted import dataclass
from safesql.store.plan.plan import Plan, Rows, Step


@dataclass(frozen=True, slots=True)
class Tolerance:
    """``rows`` more or fewer, or that many hundredths of what was planned."""

    rows: int = 0
    percent: float = 0.0

    @classmethod
    def of(cls, text: str) -> Tolerance:
        """From "5%" or "10"; raises UsageError for anything else."""
        number = text.strip().removesuffix("%").strip()
        try:
            if text.strip().endswith("%"):
                percent = float(number)
                if 0 <= percent <= 100:
                    return cls(percent=percent)
            elif number.isascii() and number.isdecimal():
                return cls(int(number))
        except ValueError:
            pass
        raise UsageError(f"a tolerance is a part such as 5% or a number of rows such as 10, not {text!r}")

    def around(self, rows: int) -> tuple[int, int]:
        """The least and the most that pass for so many."""
        more = max(self.rows, ceil(rows * self.percent / 100))
        return max(0, rows - more), rows + more


def own(step: Step, plan: Plan) -> tuple[int, int] | None:
    """The statement's own rows; None where nobody counted them, or only estimated."""
    tolerance = Tolerance.of(plan.tolerance)
    if step.affected is not None:
        return tolerance.around(step.affected)
    return _together((each for each in step.rows if not each.cascade), tolerance)


def altogether(step: Step, plan: Plan) -> tuple[int, int] | None:
    """All rows of all tables; None where triggers touch more than was counted, unless a trial saw what they do."""
    if step.fires and not step.tried:
        return None
    return _together(step.tried or step.rows, Tolerance.of(plan.tolerance))


def _together(rows: Iterable[Rows], tolerance: Tolerance) -> tuple[int, int] | None:
    """Of all tables, each with its tolerance; None when there are none, or the rows of any are not known for sure."""
    listed = [each for each in rows if not each.among]
    known = [tolerance.around(each.rows) for each in listed if each.rows is not None and not each.estimate]
    if not listed or len(known) < len(listed):
        return None
    return sum(least for least, _ in known), sum(most for _, most in known)
