"""``safesql approve PLAN``: show a plan to a reviewer, and sign it with the reviewer's own SSH key."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safesql.cli.places import places_of
from safesql.cli.say import complain, say
from safesql.errors import ConfigError, Declined, Drift, Refused, UsageError
from safesql.formats.visible import visible
from safesql.guard.action import Environment
from safesql.slotted import dataclass

if TYPE_CHECKING:
    from safesql.guard.policy import Policy
    from safesql.store.plan.file import PlanFile

KEYS = ("id_ed25519", "id_ecdsa", "id_ed25519_sk", "id_ecdsa_sk", "id_rsa")
"""Of ``~/.ssh``, in the order in which ssh itself would like them."""


@click.command("approve")
@click.argument("plan", metavar="PLAN")
@click.option("--key", metavar="FILE", help="Sign with this SSH key (a public one: by the agent).")
@click.option("--identity", metavar="NAME", help="Who you are in the lists of allowed signers; checked.")
@click.option("--check", is_flag=True, help="Sign nothing; say who approved it, and whether that is enough.")
@click.option("--config", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(  # noqa: N802 - the registry's name; the options of the contract
    plan: str, key: str | None, identity: str | None, check: bool, config: str | None, no_config: bool
) -> int:
    """Show what PLAN would do, ask, and put a signature beside it, as PLAN.NAME.sig.

    The plan itself is not changed, so several people can approve it. ssh-keygen makes and verifies the signatures.
    """
    from safesql.store.plan.file import read_plan

    file = read_plan(Path(plan))
    rules = _rules(file, config, without=no_config)
    if check:
        return _checked(file, rules)
    _same_files(file)
    _shown(file)
    return _signed(file, rules, Path(key).expanduser() if key else None, identity or "")


@dataclass(frozen=True, slots=True)
class _Rules:
    """Whose approvals count, by the configuration of whoever looks."""

    policy: Policy
    signers: tuple[Path, ...]


def _rules(file: PlanFile, config: str | None, *, without: bool) -> _Rules:
    """Of the plan's profile; of a target without one, what is said for its environment."""
    from safesql.config.build import signers_of
    from safesql.config.load import load
    from safesql.config.policies import policy_of

    found, name = load(places_of(config, without=without)), file.plan.target.profile
    if name in found.names:
        profile = found.profile(name)
        return _Rules(profile.policy, profile.allowed_signers)
    environment = Environment[file.plan.target.environment.upper()]
    return _Rules(policy_of(found.layers, "", environment)[0], signers_of(found.layers))


def _checked(file: PlanFile, rules: _Rules) -> int:
    """Who approved it; exit code 3 when more must."""
    from safesql.engine.planning.applying import in_time
    from safesql.engine.planning.approving import needed, standing

    if not rules.signers:
        raise ConfigError("no trusted configuration file has allowed_signers, so no signature can be verified")
    found, wanted = standing(file, rules.signers, rules.policy), needed(file.plan, rules.policy)
    for name in found.by:
        sys.stdout.write(visible(f"approved by {name}") + "\n")
    for sentence in found.turned_down:
        complain(sentence)
    in_time(file.plan, datetime.now(UTC))
    say(f"{len(found.by)} of {wanted} approvals that it needs")
    return 0 if len(found.by) >= wanted else 3


def _same_files(file: PlanFile) -> None:
    """Raise Drift when a file beside the plan is not the one that was planned; one that is not here is said."""
    from safesql.engine.planning.applying import in_time
    from safesql.engine.script import digest_of, file_source

    in_time(file.plan, datetime.now(UTC))
    for planned in file.plan.files:
        path = file.path.parent / planned.path
        if not path.exists():
            say(f"{path} is not here to be compared; the plan has its digest")
        elif digest_of(file_source(str(path))) != planned.sha256:
            raise Drift(f"{path} is not the file that was planned; make the plan again")


def _shown(file: PlanFile) -> None:
    """The plan, on stdout."""
    from safesql.engine.planning.reading import lines_of

    for line in lines_of(file.plan):
        sys.stdout.write(visible(line) + "\n")
    sys.stdout.flush()


def _signed(file: PlanFile, rules: _Rules, key: Path | None, identity: str) -> int:
    """Ask, sign, and see whether it counts."""
    from safesql.cli.signals import uninterrupted
    from safesql.store.plan.approvals import agent_keys, sign, sign_by_agent, write_signature

    if not sys.stdin.isatty():
        raise Refused("a plan is approved by a person at a terminal; nothing was signed")
    sys.stderr.write(f"approve this plan, sha256 {file.digest[:16]}? type yes: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() != "yes":
        raise Declined("not approved: nothing was signed")
    chosen = key or next((each for each in _own_keys() if each.is_file()), None)
    agent = () if chosen else agent_keys()
    if chosen is None and not agent:
        raise UsageError("there is no SSH key in ~/.ssh and none in an agent; name one with --key")
    signature = sign(file.data, chosen) if chosen else sign_by_agent(file.data, agent[0])
    path: Path | None = None
    try:
        with uninterrupted():
            path = write_signature(file.path, identity or _name(chosen, agent), signature)
        by = _counted(file, rules, path, identity) if rules.signers else ()
    except BaseException:                           # of no use to anybody, or interrupted before that was known
        if path is not None:
            path.unlink(missing_ok=True)
        raise
    if by:
        say(f"approved by {', '.join(by)}; the signature is in {path}")
    else:
        say(f"{path} is written; no trusted configuration file here has allowed_signers, so it was not verified")
    return 0


def _counted(file: PlanFile, rules: _Rules, path: Path, identity: str) -> tuple[str, ...]:
    """Who approved it now; raises UsageError for somebody else's key, Refused for a signature that does not count."""
    from safesql.engine.planning.approving import standing
    from safesql.store.plan.approvals import verified

    approval = verified(file.data, path, rules.signers)
    if identity and not approval.reason and identity not in approval.names:
        raise UsageError(f"this key is that of {', '.join(approval.names)}, not of {identity}; nothing was approved")
    counted = standing(file, rules.signers, rules.policy)
    against = [sentence for sentence in counted.turned_down if sentence.startswith(f"{path.name}: ")]
    if against:
        raise Refused(f"this approval would not count: {against[0].removeprefix(f'{path.name}: ')}")
    return counted.by


def _own_keys() -> tuple[Path, ...]:
    """The keys that ssh uses when nothing is said."""
    home = Path(os.environ.get("HOME", "") or Path.home())
    return tuple(home / ".ssh" / name for name in KEYS)


def _name(key: Path | None, agent: Sequence[str]) -> str:
    """What the signature is called when nobody says who signs: the comment of the key, or its file."""
    line = agent[0] if agent else ""
    public = key.with_name(f"{key.name.removesuffix('.pub')}.pub") if key else None
    if public is not None and public.is_file():
        line = public.read_text("utf-8", "replace")
    words = line.split(None, 2)
    return words[2].strip() if len(words) > 2 else (key.name if key else "agent")
