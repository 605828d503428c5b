"""What the command line asks for, checked against itself before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safesql.errors import UsageError
from safesql.guard.rules import RULES
from safesql.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """The options of the main command, in its words."""

    target: str | None = None
    profile: str | None = None
    files: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    stage: str | None = None
    dry_run: bool = False
    single_transaction: bool = False
    on_error: str = "stop"
    resume: bool = False
    events: str | None = None
    last_done: int | None = None
    allowed: Mapping[str, str] = field(default_factory=dict)
    expect_rows: int | None = None
    environment: str | None = None
    form: str | None = None
    output: str | None = None
    keys: str | None = None
    pager: bool | None = None
    color: bool | None = None
    progress: bool | None = None
    config: str | None = None
    no_config: bool = False
    tour: bool = False
    plain: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Request:
        """From click's options; raises UsageError where they contradict each other."""
        rest = {name: value for name, value in options.items() if name not in ("allow", "reason")}
        request = cls(**rest, allowed=_allowed(options["allow"], options["reason"]))
        _consistent(request)
        return request

    @property
    def batch(self) -> bool:
        """Whether statements were given on the command line."""
        return bool(self.files or self.commands)


def _allowed(rules: tuple[str, ...], reason: str | None) -> dict[str, str]:
    """Rules and the reason for them; both or neither, and only rules that exist."""
    names = [name.strip() for entry in rules for name in entry.split(",") if name.strip()]
    if bool(names) != bool(reason and reason.strip()):
        raise UsageError("--allow RULE and --reason TEXT go together: the reason is recorded")
    known = {rule.name for rule in RULES}
    for name in names:
        if name not in known:
            raise UsageError(f"--allow: there is no rule {name}; see safesql rules")
    return dict.fromkeys(names, (reason or "").strip())


def _consistent(request: Request) -> None:
    """One sentence for each pair that does not go together."""
    contradictions = (
        (request.target and request.profile, "give a TARGET or --profile, not both"),
        (request.files and request.commands, "give -f or -c, not both: their order would be a guess"),
        (request.files.count("-") > 1, "standard input can be read only once"),
        (request.expect_rows is not None and len(request.commands) != 1, "--expect-rows goes with one -c"),
        (request.dry_run and request.stage, "--dry-run changes nothing and --stage writes a file; give one of them"),
        (request.stage and request.single_transaction, "--stage executes nothing that -1 could hold; give one of them"),
        (
            request.single_transaction and request.on_error == "continue",
            "-1 is all or nothing; it cannot go with --on-error continue",
        ),
        (request.events and request.dry_run, "--dry-run runs nothing that --events could tell of; give one of them"),
        (request.resume and not request.files, "--resume continues a script: give it with -f, as it was run"),
        (request.resume and request.stage, "--resume executes what is left and --stage nothing; give one of them"),
        (request.resume and request.dry_run, "--resume executes what is left and --dry-run nothing; give one of them"),
        (request.last_done is not None and not request.resume, "--last-done goes with --resume"),
        (
            request.tour and (request.target or request.profile or request.batch or request.stage),
            "--tour has a database and statements of its own; give it alone",
        ),
        (request.config and request.no_config, "give --config or --no-config, not both"),
    )
    for wrong, sentence in contradictions:
        if wrong:
            raise UsageError(sentence)
