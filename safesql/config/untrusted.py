"""What a file that nobody trusted may say: a stricter policy, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safesql.config.origin import Layer, Settings
from safesql.guard.action import Action, Environment, Undo
from safesql.slotted import replace

_LIMITS = frozenset({"max_rows", "confirm_rows", "max_percent", "protected_tables", "freeze", "approvals"})
_TIGHT: Mapping[str, Any] = {
    "read_only": True,
    "role": "primary",
    "script_answers": False,
    "author_may_approve": False,
    "environment": Environment.PRODUCTION,
}
"""Settings one value of which can only make things stricter."""


def tightening(layer: Layer) -> Layer:
    """The layer with nothing left that could loosen a policy, lead elsewhere, or run anything."""
    kept: Settings = {path: setting for path, setting in layer.settings.items() if _tightens(path, setting.value)}
    dropped = {path: setting for path, setting in layer.settings.items() if path not in kept}
    return replace(layer, settings=kept, dropped=dropped, trusted=False)


def _tightens(path: tuple[str, ...], value: Any) -> bool:
    """Whether a setting, joined to any others, can only be as strict or stricter."""
    if path[0] == "queries":
        return False
    if path[-1] in _TIGHT:
        return bool(value == _TIGHT[path[-1]])
    if "policy" not in (path[0], path[2:3] and path[2]):
        return False
    key = path[-1].rpartition(".")[2]
    return isinstance(value, Action) or value in (Undo.REQUIRED, Undo.WHEN_POSSIBLE) or key in _LIMITS
