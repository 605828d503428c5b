"""The verdicts of ``check`` as text, JSON Lines, SARIF 2.1.0 and GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from urllib.parse import quote

from safesql import __version__
from safesql.engine.check import Checked
from safesql.engine.location import location
from safesql.formats.message import caret
from safesql.formats.visible import visible
from safesql.guard.action import Action, Environment
from safesql.guard.effect import Effect, Reach
from safesql.guard.rule import Finding, Rule
from safesql.guard.rules import RULES
from safesql.guard.segments.mapping import Mapping
from safesql.guard.segments.wording import told
from safesql.sql.redact import redact

EFFECTS = 50              # parts of one statement that JSON lists
LEVELS = {Action.ALLOW: "note", Action.CONFIRM: "warning", Action.TYPE: "warning", Action.BLOCK: "error"}

Write = Callable[[str], object]


def report(checked: Iterable[Checked], form: str, write: Write) -> int:
    """Write all verdicts in a form; returns how many statements are not allowed."""
    counted = _Count(checked)
    for line in FORMS[form](counted):
        write(line + "\n")
    return counted.stopped


def mapped(checked: Iterable[Checked], write: Write) -> Iterator[Checked]:
    """Pass verdicts on, and write each atomic segment as soon as it is over; then the advice."""
    reading, stays = Mapping(), 0
    for one in checked:
        for segment in reading.add(one.verdict):
            write(f"{visible(told(segment, stays))}\n")
            stays += segment.stays
        yield one
    for segment in reading.rest():
        write(f"{visible(told(segment, stays))}\n")
    for sentence in reading.advice.sentences:
        write(f"{visible(sentence)}\n")


class _Count:
    """Passes verdicts on and counts them, so that a report of any length is a stream."""

    def __init__(self, checked: Iterable[Checked]) -> None:
        self._checked = checked
        self.stopped = 0
        self.seen = 0

    def __iter__(self) -> Iterator[Checked]:
        for one in self._checked:
            self.seen += 1
            self.stopped += one.action > Action.ALLOW
            yield one


def _text(checked: _Count) -> Iterator[str]:
    """For people: only what would be stopped, with a caret under the place."""
    for one in checked:
        if one.action > Action.ALLOW:
            yield from _explained(one)
        yield from _advised(one)
    yield f"{checked.seen} statements, {checked.stopped} would be stopped"


def _explained(one: Checked) -> Iterator[str]:
    """One stopped statement."""
    statement = one.verdict.statement
    for finding in one.verdict.findings:
        if finding.action is Action.ALLOW:
            continue
        at = location(statement, finding.at.start)
        place = visible(f"{statement.place.source}:{at.line}:{at.column}")
        yield f"{place}: {finding.action.word} {finding.rule}: {visible(finding.message)}"
        yield caret(statement.text, finding.at.start)
        if finding.instead:
            yield f"  instead: {visible(finding.instead)}"


def _advised(one: Checked) -> Iterator[str]:
    """What keeps others waiting where the table is big, which no file tells."""
    for lock in one.advice:
        at = location(one.verdict.statement, lock.at.start)
        yield visible(f"{one.verdict.statement.place.source}:{at.line}:{at.column}: note: {lock.sentence()}")
        yield f"  instead, where the table is big: {visible(lock.instead)}"


def _json(checked: _Count) -> Iterator[str]:
    """One object a line for each statement, as the contract has it."""
    for one in checked:
        verdict, place = one.verdict, one.verdict.statement.place
        record: dict[str, object] = {
            "file": place.source,
            "line": place.line,
            "column": place.column,
            "statement": redact(verdict.statement.text),
            "verdict": one.action.word,
            "rules": [_finding(one, finding) for finding in verdict.findings],
            "effects": [_effect(part) for part in islice(verdict.effect.walk(), EFFECTS)],
        }
        if one.advice:
            record["advice"] = [{"lock": lock.sentence(), "instead": lock.instead} for lock in one.advice]
        if one.answered:
            record["answered"] = {"rules": list(one.answered.rules), "reason": one.answered.reason}
        yield json.dumps(record, ensure_ascii=False)


def _effect(effect: Effect) -> dict[str, str]:
    """What one part of a statement does; ``kind`` tells a setting that protects from one that does not."""
    told = {
        "verb": effect.verb,
        "reach": effect.reach.value,
        "target": str(effect.target or ""),
        "kind": effect.kind,
        "extent": effect.extent.value if effect.reach is Reach.ROWS else "",
    }
    return {name: value for name, value in told.items() if value}


def _finding(one: Checked, finding: Finding) -> dict[str, object]:
    """A finding with its range in the file."""
    start = location(one.verdict.statement, finding.at.start)
    end = location(one.verdict.statement, finding.at.end)
    return {
        "id": finding.rule,
        "action": finding.action.word,
        "message": finding.message,
        "instead": finding.instead,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


def _github(checked: _Count) -> Iterator[str]:
    """Annotations that GitHub Actions shows beside the lines of a pull request."""
    for one in checked:
        for finding in one.verdict.findings:
            if one.action is Action.ALLOW or finding.action is Action.ALLOW:
                continue
            level = "error" if finding.action is Action.BLOCK else "warning"
            at = _finding(one, finding)
            file = _property(one.verdict.statement.place.source)
            lines = f"line={at['line']},endLine={at['end_line']}"
            columns = f"col={at['column']},endColumn={at['end_column']}"
            place = f"file={file},{lines},{columns}"
            yield f"::{level} {place},title={_property(finding.rule)}::{_data(_sentence(finding))}"


def _sentence(finding: Finding) -> str:
    """What would happen, and what to write instead."""
    return f"{finding.message}; instead: {finding.instead}" if finding.instead else finding.message


def _data(text: str) -> str:
    """Escaped as workflow commands want their message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as workflow commands want their properties."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(checked: _Count) -> Iterator[str]:
    """One SARIF 2.1.0 log (OASIS standard), written as a stream."""
    driver = {"name": "safesql", "version": __version__, "rules": [_described(rule) for rule in RULES]}
    yield '{"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",'
    yield f'"runs": [{{"columnKind": "unicodeCodePoints", "tool": {json.dumps({"driver": driver})}, "results": ['
    comma = ""
    for one in checked:
        for result in _results(one):
            yield comma + json.dumps(result, ensure_ascii=False)
            comma = ","
    yield "]}]}"


def _described(rule: Rule) -> dict[str, object]:
    """A rule as SARIF's reportingDescriptor."""
    examples = "\n".join(" ".join(example.sql.split()) for example in rule.flagged)
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.why},
        "help": {"text": f"Stopped, for example:\n{examples}\nsafesql rules {rule.name} tells how to configure it."},
        "defaultConfiguration": {"level": LEVELS[rule.action(Environment.PRODUCTION)]},
    }


def _results(one: Checked) -> Iterator[dict[str, object]]:
    """The SARIF results of one statement."""
    for finding in one.verdict.findings:
        if one.action is Action.ALLOW or finding.action is Action.ALLOW:
            continue
        at = _finding(one, finding)
        region = {
            "startLine": at["line"],
            "startColumn": at["column"],
            "endLine": at["end_line"],
            "endColumn": at["end_column"],
        }
        where = {"artifactLocation": {"uri": quote(one.verdict.statement.place.source)}, "region": region}
        yield {
            "ruleId": finding.rule,
            "level": LEVELS[finding.action],
            "message": {"text": _sentence(finding)},
            "locations": [{"physicalLocation": where}],
        }


FORMS = {"text": _text, "json": _json, "github": _github, "sarif": _sarif}
