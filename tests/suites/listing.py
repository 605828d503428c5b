"""The differences that are known, each with its reason: the list may only become shorter."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.suites.exchange import Counted

LIST = Path(__file__).parent / "differences.toml"


@dataclass(frozen=True, slots=True)
class Listed:
    """Differences of one file that are known: ``lines`` of the script, 0 for what the script has no place for."""

    suite: str
    file: str
    lines: tuple[int, ...]
    reason: str


def listed(path: Path = LIST) -> list[Listed]:
    """What the list says; raises KeyError for an entry without a reason."""
    entries = tomllib.loads(path.read_text("utf-8")).get("difference", [])
    return [Listed(each["suite"], each["file"], tuple(each["lines"]), each["reason"]) for each in entries]


def unlisted(suite: str, counted: list[Counted], known: list[Listed]) -> list[str]:
    """A sentence for each difference that is not listed, and for each that is listed and gone."""
    lines: defaultdict[str, set[int]] = defaultdict(set)
    for each in known:
        if each.suite == suite:
            lines[each.file].update(each.lines)
    said = []
    for script in counted:
        found = {line for line, _ in script.differences}
        said += [f"{suite}/{script.name}:{line}: {what}" for line, what in script.differences if line not in lines[script.name]]
        said += [f"{suite}/{script.name}:{line}: listed, and gone: take it off the list" for line in sorted(lines[script.name] - found)]
    return said
