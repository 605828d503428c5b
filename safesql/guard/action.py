"""What a guard does about a statement, ordered, so that the strictest is ``max``."""

from __future__ import annotations

from enum import IntEnum


class Action(IntEnum):
    """ALLOW runs, CONFIRM asks yes or no, TYPE asks for table and rows, BLOCK has no answer at the prompt."""

    ALLOW = 0
    CONFIRM = 1
    TYPE = 2
    BLOCK = 3

    @property
    def word(self) -> str:
        """As config files, ``check`` and the audit log spell it."""
        return self.name.lower()


class Undo(IntEnum):
    """What is demanded of the undo journal; ordered, so that the strictest is ``max``."""

    OFF = 0                    # nothing is kept
    WHEN_POSSIBLE = 1          # what cannot be taken back is asked about
    REQUIRED = 2               # what cannot be taken back is refused

    @property
    def word(self) -> str:
        """As config files spell it."""
        return self.name.lower().replace("_", "-")


class Environment(IntEnum):
    """Where a server stands in life; picks the base policy. Ordered: production is the strictest."""

    DEVELOPMENT = 0
    STAGING = 1
    PRODUCTION = 2

    @property
    def word(self) -> str:
        """As config files spell it."""
        return self.name.lower()
