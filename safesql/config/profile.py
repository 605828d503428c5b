"""A profile: where to connect, as whom, and under which policy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safesql.config.keymap import Mapped
from safesql.config.origin import Origin
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
from safesql.slotted import dataclass, field
from safesql.target import Target


@dataclass(frozen=True, slots=True)
class Ui:
    """How it looks; None and empty mean that nothing was said."""

    keybindings: str = "emacs"
    keys: tuple[Mapped, ...] = ()              # keys that the person mapped
    prompt: str = ""                           # a template
    background: str = ""                       # dark or light
    style: str = ""                            # of SQL, by its name in Pygments
    plain: bool = False                        # nothing but lines, for a screen reader
    pager: bool | None = None
    row_limit: int | None = None               # rows of one result on the screen; 0 for all
    color: bool | None = None
    progress: bool | None = None
    format: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """All that a session needs to know before it connects; ``name`` is empty for a target without a profile."""

    name: str
    target: Target
    policy: Policy = field(default_factory=Policy)
    wants_primary: bool = False                    # refuse writes when the server is a replica
    identity: str = ""                             # what the server must report about itself, when not empty
    password_command: tuple[str, ...] = ()
    keyring: str = ""                              # the service of the system's store that has the password
    autocommit: bool = True                        # of what is typed at the prompt
    on_error_rollback: str = "off"                 # on, interactive or off: likewise
    ask_after_idle: float | None = None            # seconds in an open transaction; None: by environment
    init: tuple[str, ...] = ()                     # statements that every session of the profile begins with
    ui: Ui = field(default_factory=Ui)
    color: str = ""                                # behind the environment's word in the prompt
    allowed_signers: tuple[Path, ...] = ()         # files of those who may approve plans: all of them must agree
    origins: Mapping[str, Origin] = field(default_factory=dict)    # "url", "policy.max_rows" -> file and line

    @property
    def environment(self) -> Environment:
        """Where the server stands in life; its policy begins with it."""
        return self.policy.environment
