"""``safesql config show | check``: the settings in force, where each comes from, and what is wrong with the files."""

from __future__ import annotations

import sys

import click

from safesql.cli.places import places_of
from safesql.cli.say import complain
from safesql.config.files import Places, read_layers
from safesql.config.layers import names as profiles
from safesql.config.load import load
from safesql.config.show import findings, shown
from safesql.formats.visible import visible


@click.group("config")
def COMMAND() -> None:  # noqa: N802 - the registry's name for it
    """What is configured, and where each value comes from."""


@COMMAND.command("show")
@click.argument("profile", required=False, default="")
@click.option("--origin", is_flag=True, help="With the file and line of each value.")
@click.option("--config", "path", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", "without", is_flag=True, help="Read no config file but the system's.")
def show(profile: str, origin: bool, path: str | None, without: bool) -> int:
    """Print the effective settings, of PROFILE or of everything; passwords are hidden."""
    for row in shown(load(_places(path, without)), profile):
        place = f"    # {row.origin}" if origin else ""
        sys.stdout.write(visible(f"{row.name} = {row.value}{place}") + "\n")
    return 0


@COMMAND.command("check")
@click.option("--config", "path", metavar="PATH", help="Check this config file instead of the user's.")
@click.option("--no-config", "without", is_flag=True, help="Check no config file but the system's.")
def check(path: str | None, without: bool) -> int:
    """Name everything that is wrong with the config files; exit code 9 when there is anything."""
    found = findings(_places(path, without))
    for finding in found:
        complain(str(finding))
    wrong = [finding for finding in found if not finding.note]
    if not wrong:
        sys.stdout.write("the configuration is good\n")
    return 9 if wrong else 0


@COMMAND.command("names", hidden=True)
@click.option("--config", "path", metavar="PATH", help="Read this config file instead of the user's.")
@click.option("--no-config", "without", is_flag=True, help="Read no config file but the system's.")
def names(path: str | None, without: bool) -> int:
    """Print the profiles, one a line, for completion in shells: of a file that is wrong those that can be read."""
    layers, _ = read_layers(_places(path, without))
    for name in profiles(layers):
        sys.stdout.write(f"{name}\n")
    return 0


def _places(path: str | None, without: bool) -> Places:
    """Where the configuration is looked for."""
    return places_of(path, without=without)
