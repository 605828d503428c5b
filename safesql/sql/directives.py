"""``-- safesql:`` comments: answers that a script gives ahead of time, each for the one statement that follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from safesql.errors import UsageError
from safesql.slotted import dataclass, field
from safesql.sql.possessive import compiled

_DIRECTIVE = compiled(r"\s*(?:--|#)\s*safesql\s*:\s*(.*)", re.DOTALL | re.IGNORECASE)
_ALLOW = compiled(r"allow\s+([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*:\s*(\S.*)", re.DOTALL | re.IGNORECASE)
_EXPECT = compiled(r"expect\s+([0-9][0-9_]*)\s+rows?\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Directives:
    """``allow`` maps rules to reasons; ``expect_rows`` is exact."""

    allow: Mapping[str, str] = field(default_factory=dict)
    expect_rows: int | None = None


NONE = Directives()


def directives(comments: Iterable[str]) -> Directives:
    """What the comments before a statement say; raises UsageError for one that is not understood."""
    found = [match for comment in comments if (match := _DIRECTIVE.fullmatch(comment.rstrip()))]
    if not found:
        return NONE
    allow: dict[str, str] = {}
    rows: int | None = None
    for match in found:
        said = match.group(1).strip()
        if allowed := _ALLOW.fullmatch(said):
            reason = " ".join(allowed.group(2).split())
            allow.update((rule.strip().lower(), reason) for rule in allowed.group(1).split(","))
        elif expected := _EXPECT.fullmatch(said):
            rows = int(expected.group(1).replace("_", ""))
        else:
            raise UsageError(
                f"the comment '-- safesql: {said[:60]}' is not understood; write "
                "'-- safesql: allow RULE: reason' or '-- safesql: expect N rows'"
            )
    return Directives(allow, rows)
