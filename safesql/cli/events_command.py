"""``safesql events``: what ``--events`` writes, by event; with ``--schema`` as JSON Schema, for programs."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import click

SCHEMA = "events.schema.json"


@click.command("events")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the lines.")
def COMMAND(schema: bool) -> int:  # noqa: N802 - the registry's name for it
    """List the events that --events PATH writes, one JSON object a line, with their fields."""
    click.echo(schema_text().rstrip("\n") if schema else listed(json.loads(schema_text())))
    return 0


def schema_text() -> str:
    """The schema as it is shipped."""
    return files("safesql.cli").joinpath(SCHEMA).read_text("utf-8")


def listed(schema: dict[str, Any]) -> str:
    """A paragraph for each event."""
    return "\n\n".join(f"{name}: {each['description']}\n  {_fields(each)}" for name, each in schema["$defs"].items())


def _fields(event: dict[str, Any]) -> str:
    """The fields of its own; in brackets those that may be missing."""
    names = [name for name in event["properties"] if name not in ("event", "sequence", "time")]
    return " ".join(name if name in event["required"] else f"[{name}]" for name in names)
