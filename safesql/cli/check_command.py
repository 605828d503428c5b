"""``safesql check FILE...``: the guard's verdicts, without a connection."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from safesql.cli.check_report import as_github, as_json, as_text
from safesql.engine.answers import NO_ANSWERS
from safesql.engine.check import Checked, check
from safesql.engine.script import Source, file_source
from safesql.errors import UsageError
from safesql.guard.action import Environment
from safesql.guard.policy import Policy
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
@click.option("--config", "config_path", type=click.Path(), help="Read this config file instead of the user's.")
@click.option("--no-config", is_flag=True, help="Read no config file but the system's.")
def COMMAND(  # noqa: N802, PLR0913 - the registry's name; the options of the contract
    files: tuple[str, ...],
    dialect: str | None,
    environment: str | None,
    profile: str | None,
    form: str,
    config_path: str | None,
    no_config: bool,
) -> int:
    """Judge FILE... (- is standard input) statement by statement; exit code 3 when one would be stopped."""
    reading, policy = _reading(dialect, environment, profile, (config_path, no_config))
    sources = tuple(file_source(name) for name in files)
    stopped = _printed(check(sources, reading, policy, NO_ANSWERS), form)
    return 3 if stopped else 0
