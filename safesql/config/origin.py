"""Where a setting stands, and what is wrong with it."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

from safesql.errors import ConfigError
from safesql.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """A file and a line of it, counted from 1; 0 where only the file is meant."""

    file: Path
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence about a place; a ``note`` does not make the configuration wrong."""

    origin: Origin
    sentence: str
    note: bool = False

    def __str__(self) -> str:
        return f"{self.origin}: {self.sentence}"


class Unusable(ConfigError):
    """A finding that makes its file, or a profile of it, unusable."""

    def __init__(self, finding: Finding) -> None:
        """The sentence begins with file and line."""
        super().__init__(str(finding))
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Setting:
    """A value as read, and where it stands."""

    value: Any
    origin: Origin


def beside(setting: Setting) -> Path:
    """The path in a setting, as meant by the file it stands in."""
    return setting.origin.file.parent / Path(setting.value).expanduser()


Settings = dict[tuple[str, ...], Setting]
"""By path, such as ``("profiles", "prod", "url")``."""


class Rank(IntEnum):
    """Whose word a file is, the weightiest first: the first kind that has a profile says how its policy begins."""

    SYSTEM = 0
    TEAM = 1
    USER = 2
    PROJECT = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's settings and what was found wrong with them; without errors, every value has its right type.

    ``dropped`` are settings that the file, not being trusted, may not make.
    """

    file: Path
    settings: Settings
    findings: tuple[Finding, ...] = ()
    rank: Rank = Rank.USER
    trusted: bool = True
    dropped: Settings = field(default_factory=dict)
