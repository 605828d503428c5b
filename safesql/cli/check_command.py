"""``safesql check FILE...``: the guard's verdicts, without a connection."""

from __future__ import annotations

import sys

import click

from safesql.cli.check_report import mapped, report
from safesql.cli.places import places_of
from safesql.config.files import Places
from safesql.config.load import Config, load
from safesql.config.policies import policy_of
from safesql.engine.check import check
from safesql.engine.script import file_source
from safesql.errors import UsageError
from safesql.guard.action import Environment
from safesql.guard.facts import Facts
from safesql.guard.policy import Policy
from safesql.slotted import dataclass, replace
from safesql.sql.dialect import Dialect
from safesql.sql.dialects import DIALECTS


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dialect", type=click.Choice(tuple(DIALECTS)), help="How to read the files; a profile gives it too.")
@click.option(
    "--environment",
    type=click.Choice([environment.word for environment in Environment]),
    help="Whose base policy applies; production unless a profile says otherwise.",
)
@click.option("-p", "--profile", help="Use this profile's dialect and policy.")
@click.option("--format", "form", type=click.Choice(("text", "json", "sarif", "github")), default="text")
@click.option(
    "--segments", is_flag=True,
    help="Print what can be rolled back together, and where the server commits by itself.",
)
@click.option("--config", "config_path", type=click.Path(), help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(  # noqa: N802, PLR0913 - the registry's name; the options of the contract
    files: tuple[str, ...],
    dialect: str | None,
    environment: str | None,
    profile: str | None,
    form: str,
    segments: bool,
    config_path: str | None,
    no_config: bool,
) -> int:
    """Judge FILE... (- is standard input) statement by statement; exit code 3 when one would be stopped."""
    places = places_of(config_path, without=no_config)
    dialect_read, policy, facts = _reading(Asked(dialect, environment, profile), places)
    sources = tuple(file_source(name) for name in files)
    if segments and form != "text":
        raise UsageError("--segments prints lines for people; it goes with --format text")
    found = check(sources, dialect_read, policy, facts)
    stopped = report(mapped(found, sys.stdout.write) if segments else found, form, sys.stdout.write)
    return 3 if stopped else 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose reading and whose policy."""

    dialect: str | None
    environment: str | None
    profile: str | None


def _reading(asked: Asked, places: Places) -> tuple[Dialect, Policy, Facts]:
    """The dialect, the policy and the facts: of the profile, as far as the options do not say otherwise."""
    config = load(places)
    profile = config.resolve(profile=asked.profile) if asked.profile else None
    name = asked.dialect or (profile.target.dialect or profile.target.backend if profile else None)
    if name is None:
        raise UsageError(f"say how to read the files: --dialect {'|'.join(DIALECTS)}, or --profile NAME")
    policy = profile.policy if profile else _unnamed(config, asked.environment)
    if asked.environment:
        wanted = Environment[asked.environment.upper()]
        if profile and wanted < profile.environment:
            raise UsageError(f"profile {profile.name} is {profile.environment.word}; not checked as {wanted.word}")
        policy = replace(policy, environment=wanted)
    facts = Facts(
        protected_tables=policy.protected_tables,
        read_only_profile=bool(profile and profile.target.read_only),
    )
    return DIALECTS[name], policy, facts


def _unnamed(config: Config, environment: str | None) -> Policy:
    """The policy of a target that no profile describes."""
    return policy_of(config.layers, "", Environment[(environment or "production").upper()])[0]
