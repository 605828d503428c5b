"""``safesql config``: the settings in force, their origins, what is wrong with the files, and which are trusted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from safesql.cli.config_import import CLIENTS, imported
from safesql.cli.config_init import asked, begun
from safesql.cli.config_test import tested
from safesql.cli.config_trust import distrusted, trusted
from safesql.cli.places import places_of
from safesql.cli.say import complain
from safesql.config.explain import explained
from safesql.config.files import read_layers
from safesql.config.findings import findings
from safesql.config.layers import names as profiles
from safesql.config.load import load
from safesql.config.show import shown
from safesql.config.spelled import spelled
from safesql.errors import UsageError
from safesql.formats.visible import visible

Command = Callable[..., Any]


def _where(command: Command) -> Command:
    """The options that say which files are read."""
    for option in (
        click.option("--no-config", "without", is_flag=True, help="Leave out the user's config file."),
        click.option("--config", "path", metavar="PATH", help="Take this config file instead of the user's."),
    ):
        command = option(command)
    return command


@click.group("config")
def COMMAND() -> None:  # noqa: N802 - the registry's name for it
    """What is configured, where each value comes from, and which shared files are trusted."""


@COMMAND.command("show")
@click.argument("profile", required=False, default="")
@click.option("--origin", is_flag=True, help="With the file and line of each value.")
@_where
def show(profile: str, origin: bool, path: str | None, without: bool) -> int:
    """Print the effective settings, of PROFILE or of everything; passwords are hidden."""
    for row in shown(load(places_of(path, without=without)), profile):
        place = f"    # {row.origin}" if origin else ""
        _print(f"{row.name} = {row.value}{place}")
    return 0


@COMMAND.command("explain")
@click.argument("setting")
@_where
def explain(setting: str, path: str | None, without: bool) -> int:
    """Print all that is said about SETTING, such as prod.policy.max_rows, and what of it counts."""
    told = explained(load(places_of(path, without=without)), setting)
    value = spelled(told.value) if told.value is not None else "nobody says it"
    under = f"    # {told.environment.word}" if told.environment is not None else ""
    _print(f"{told.name} = {value}{under}" if told.value is not None else f"{told.name}: {value}{under}")
    for voice in told.voices:
        _print(f"  {voice.origin}: {spelled(voice.value)}" + (f"    no effect: {voice.lost}" if voice.lost else ""))
    return 0


@COMMAND.command("check")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help="JSON: one object a line.")
@_where
def check(form: str, path: str | None, without: bool) -> int:
    """Name everything that is wrong with the config files; exit code 9 when there is anything."""
    found = findings(places_of(path, without=without))
    wrong = [finding for finding in found if not finding.note]
    for finding in found:
        if form == "text":
            complain(str(finding))
            continue
        place = {"file": str(finding.origin.file), "line": finding.origin.line}
        row = {**place, "level": "note" if finding.note else "error", "message": finding.sentence}
        sys.stdout.write(json.dumps(row) + "\n")
    if not wrong and form == "text":
        sys.stdout.write("the configuration is good\n")
    return 9 if wrong else 0


@COMMAND.command("test")
@_where
def test(path: str | None, without: bool) -> int:
    """Judge the statements of all [[policy_tests]]; exit code 9 when one gets another verdict than it expects."""
    return tested(load(places_of(path, without=without)), _print)


@COMMAND.command("trust")
@click.argument("file", type=click.Path())
def trust(file: str) -> int:
    """Trust FILE as it is now; prints its lines, or what is different since it was trusted last."""
    return trusted(file, _print)


@COMMAND.command("distrust")
@click.argument("file", type=click.Path())
def distrust(file: str) -> int:
    """Trust FILE no longer: from now on it may only tighten the policy."""
    return distrusted(file)


@COMMAND.command("init")
@_where
def init(path: str | None, without: bool) -> int:
    """Ask for the first profile, and write a commented config file."""
    return begun(places_of(path, without=without), asked)


@COMMAND.command("import")
@click.argument("clients", nargs=-1, type=click.Choice(tuple(CLIENTS)))
@click.option("--file", metavar="PATH", type=click.Path(), help="Read this file of the one client that is named.")
@click.option("--write", is_flag=True, help="Add the profiles to your config file instead of printing them.")
@_where
def import_(
    clients: tuple[str, ...], file: str | None, write: bool, path: str | None, without: bool
) -> int:
    """Make profiles of the connections that other clients have in their files; passwords stay where they are."""
    if file and len(clients) != 1:
        raise UsageError("--file goes with the one client whose file it is")
    return imported(clients, file, places_of(path, without=without), write=write)


@COMMAND.command("schema")
def schema() -> int:
    """Print the JSON Schema of the config files, for editors that complete and check by it."""
    from safesql.config.json_schema import document

    sys.stdout.write(document())
    return 0


@COMMAND.command("names", hidden=True)
@_where
def names(path: str | None, without: bool) -> int:
    """Print the profiles, one a line, for completion in shells: of a file that is wrong those that can be read."""
    layers, _ = read_layers(places_of(path, without=without))
    for name in profiles(layers):
        sys.stdout.write(f"{name}\n")
    return 0


def _print(line: str) -> None:
    """One line on stdout, with nothing in it that a terminal would obey."""
    sys.stdout.write(visible(line) + "\n")
