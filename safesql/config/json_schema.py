"""The JSON Schema of a configuration file, made from the same tables that read it, for editors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from safesql.config import look
from safesql.config import schema as s
from safesql.config.keymap import keymap
from safesql.config.settings import TLS
from safesql.guard.action import Action, Environment, Undo

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_WORDS: dict[str, Any] = {"type": "array", "items": _TEXT, "minItems": 1}
_KINDS: Mapping[s.Reader, dict[str, Any]] = {
    s.text: _TEXT,
    s.statement: _TEXT,
    s.truth: {"type": "boolean"},
    s.number: {"type": "integer", "minimum": 0},
    s.port: {"type": "integer", "minimum": 1, "maximum": 65535},
    s.ssh_host: {"type": "string", "pattern": r"^[^-\s]\S*$"},
    s.percent: {"type": "number", "minimum": 0, "maximum": 100},
    s.duration: {"type": ["string", "number"], "description": 'such as "500ms", "10s" or "2m"; numbers are seconds'},
    s.tls: {"enum": list(TLS)},
    s.words: _WORDS,
    s.argument_list: _WORDS,
    s.statements: _WORDS,
    s.environment: {"enum": [each.word for each in reversed(Environment)]},
    s.action: {"enum": [each.word for each in Action]},
    s.windows: _WORDS,
    s.rules: {"type": "array", "items": _TEXT},
    look.template: {"type": "string", "minLength": 1, "maxLength": 200},
    look.style: _TEXT,
    look.color: {"type": "string", "pattern": f"^({'|'.join(look.COLORS)}|#[0-9a-fA-F]{{6}})$"},
    keymap: {"type": "object", "additionalProperties": _TEXT, "description": "actions by key"},
    s.undo: {"enum": [each.word for each in Undo]},
}
FORBIDDEN = ("password",)
"""Keys that are known only to be refused."""


def document() -> str:
    """The schema as text, in draft 2020-12 (https://json-schema.org/draft/2020-12)."""
    policy = {**_table(s.policy_keys()), "description": "actions of rules, and limits"}
    policy["properties"]["tables"] = _each(_table(s.TABLE), "limits of tables whose names fit a pattern")
    profile = _table(s.PROFILE)
    profile["properties"]["policy"] = {"$ref": "#/$defs/policy"}
    environment = _table(s.ENVIRONMENT)
    environment["properties"]["policy"] = {"$ref": "#/$defs/policy"}
    whole = _table(s.TOP)
    tests = _table(s.POLICY_TEST) | {"required": ["statement", "expect"]}
    whole["properties"] |= {
        "ui": _table(s.UI),
        "policy": {"$ref": "#/$defs/policy"},
        "profiles": _each(profile, "by name"),
        "environments": {
            "type": "object",
            "properties": {each.word: environment for each in reversed(Environment)},
            "additionalProperties": False,
        },
        "hosts": _each(_table(s.HOST), "by a pattern of the host's name"),
        "policy_tests": {"type": "array", "items": tests},
        "queries": {"type": "object", "additionalProperties": _TEXT, "description": "queries by their names"},
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "safesql configuration"}
    return json.dumps({**head, **whole, "$defs": {"policy": policy}}, indent=1) + "\n"


def _table(keys: Mapping[str, s.Reader]) -> dict[str, Any]:
    """A table with these keys and no others."""
    properties = {name: _kind(reader) for name, reader in keys.items() if name not in FORBIDDEN}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _each(table: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Tables with names that are free."""
    return {"type": "object", "additionalProperties": table, "description": what}


def _kind(reader: s.Reader) -> dict[str, Any]:
    """What values a key takes; raises KeyError for a reader that is not described here."""
    return {"enum": list(reader.known)} if isinstance(reader, s.OneOf) else _KINDS[reader]
