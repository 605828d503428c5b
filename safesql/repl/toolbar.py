"""The line below the input: what the guard says about the buffer so far, and which keys help."""

from __future__ import annotations

from safesql.formats.visible import visible
from safesql.formats.width import width
from safesql.guard.action import Action
from safesql.guard.verdict import Verdict
from safesql.repl.place import Place
from safesql.repl.prompt import Fragments
from safesql.repl.prompt import state as state_of

_UNFINISHED = ({"opaque-statement"}, {"unterminated-input"}, {"opaque-statement", "unterminated-input"})


def toolbar(verdict: Verdict | None, place: Place, keys: str, columns: int) -> Fragments:
    """One line of at most ``columns`` cells: verdict and reason first, hints only where there is room for them."""
    left = _verdict(verdict)
    state = [part for part in (state_of(place), _staging(place)) if part]
    needed = sum(width(text) for _, text in left) if verdict is not None else 0
    right = "  ".join([*state, keys])
    if needed + width(right) + 2 > columns:
        right = "  ".join(state) + " " if state else keys
    shown = _cut(left, columns - width(right) - 1)
    gap = columns - sum(width(text) for _, text in shown) - width(right)
    return [*shown, ("", " " * max(1, gap)), ("class:hint", right)]


def _verdict(verdict: Verdict | None) -> Fragments:
    """``BLOCK delete-without-where: every row of billing goes``."""
    if verdict is None:
        return [("class:hint", " \\? help  Alt-Enter new line  Ctrl-R history  F4 vi/emacs  F5 preview  F6 rows first")]
    if _begun(verdict):
        return [("class:hint", " ... not a statement yet")]
    shown: Fragments = [(f"class:verdict.{verdict.action.word}", f" {verdict.action.name} ")]
    found = [finding for finding in verdict.findings if finding.action > Action.ALLOW]
    if found:
        worst = max(found, key=lambda finding: finding.action)
        shown.append(("", f" {visible(worst.rule)}: {visible(worst.message)}"))
    elif verdict.statement.problem:
        shown.append(("", f" {visible(verdict.statement.problem)}"))
    elif not verdict.effect.changes:
        shown.append(("", " changes nothing"))
    return shown


def _begun(verdict: Verdict) -> bool:
    """Whether all that can be said is that it is not finished: half a word is not understood, and no danger."""
    open_ended = not verdict.statement.complete
    return open_ended and {f.rule for f in verdict.findings if f.action > Action.ALLOW} in _UNFINISHED


def _staging(place: Place) -> str:
    """Where changes go instead of the server."""
    return f"staging to {visible(place.staging)}" if place.staging else ""


def _cut(fragments: Fragments, room: int) -> Fragments:
    """What fits, the last piece shortened with an ellipsis."""
    shown: Fragments = []
    for style, text in fragments:
        size = width(text)
        if size <= room:
            shown.append((style, text))
            room -= size
            continue
        while text and width(text) > room - 1:
            text = text[:-1]  # noqa: PLW2901 - shortened until it fits
        if room > 0:
            shown.append((style, text + "…"))
        break
    return shown
