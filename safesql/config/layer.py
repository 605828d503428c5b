"""A file's values checked against the schema: settings by path, and a sentence for whatever is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from safesql.config.document import Document
from safesql.config.nearest import nearest
from safesql.config.origin import Finding, Layer, Rank, Setting, Settings
from safesql.config.schema import (
    ENVIRONMENT,
    HOST,
    POLICY_TEST,
    PROFILE,
    TABLE,
    TOP,
    UI,
    Reader,
    policy_keys,
    statement,
)
from safesql.config.url import looks_like_url, parse_url
from safesql.errors import UsageError
from safesql.guard.action import Environment
from safesql.slotted import dataclass, field

_NAME = re.compile(r"\w[\w.@+-]{0,99}")
_TABLES = ("ui", "profiles", "policy", "environments", "hosts", "policy_tests", "queries")
_QUERY = re.compile(r"[\w.-]{1,64}")


def checked(document: Document, rank: Rank = Rank.USER) -> Layer:
    """The layer; every finding that is not a note makes the file unusable."""
    check = _Check(document)
    check.top()
    return Layer(document.file, check.settings, tuple(check.findings), rank)


@dataclass(slots=True)
class _Check:
    """Walks one document and collects."""

    document: Document
    settings: Settings = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def top(self) -> None:
        """The whole file."""
        values = self.document.values
        plain = {name: value for name, value in values.items() if name not in _TABLES}
        self._table((), plain, TOP, known=(*TOP, *_TABLES))
        self._table(("ui",), self._as_table(("ui",)), UI)
        self._policy(("policy",), self._as_table(("policy",)))
        for name, profile in self._as_table(("profiles",)).items():
            self._profile(name, profile)
        for name, table in self._as_table(("environments",)).items():
            self._environment(("environments", name), table)
        for pattern, host in self._as_table(("hosts",)).items():
            self._table(("hosts", pattern), self._inner(("hosts", pattern), host), HOST)
        queries = self._as_table(("queries",))
        self._table(("queries",), queries, {name: statement for name in queries if _QUERY.fullmatch(name)})

        tests = values.get("policy_tests", [])
        if not isinstance(tests, list) or not all(isinstance(each, dict) for each in tests):
            self._wrong(("policy_tests",), "policy_tests must be an array of tables: [[policy_tests]]")
            return
        for number, test in enumerate(tests):
            self._policy_test(("policy_tests", str(number)), test)

    def _policy_test(self, path: tuple[str, ...], test: Mapping[str, Any]) -> None:
        """A statement and what is to become of it."""
        self._table(path, test, POLICY_TEST)
        for name in ("statement", "expect"):
            if name not in test:
                self._wrong(path, f"a policy test has a statement and what to expect; {name} is missing")
        if ("profile" in test) == ("environment" in test or "dialect" in test):
            self._wrong(path, "a policy test names a profile, or an environment and a dialect")

    def _environment(self, path: tuple[str, ...], table: Any) -> None:
        """What all profiles of one environment have in common."""
        known = [each.word for each in Environment]
        if path[1] not in known:
            self._wrong(path, f"there is no environment called {path[1]!r}; there are {', '.join(known)}")
            return
        values = self._inner(path, table)
        plain = {key: value for key, value in values.items() if key != "policy"}
        self._table(path, plain, ENVIRONMENT, known=(*ENVIRONMENT, "policy"))
        self._policy((*path, "policy"), self._inner((*path, "policy"), values.get("policy", {})))

    def _inner(self, path: tuple[str, ...], value: Any) -> dict[str, Any]:
        """A table within a table, empty when it is none."""
        if isinstance(value, dict):
            return value
        name = ".".join(part if part.isidentifier() else f'"{part}"' for part in path)
        self._wrong(path, f"{name} must be a table: [{name}]")
        return {}

    def _as_table(self, path: tuple[str, ...]) -> dict[str, Any]:
        """A table of the top level, empty when it is missing or none."""
        value = self.document.values.get(path[0], {})
        if isinstance(value, dict):
            return value
        self._wrong(path, f"{path[0]} must be a table: [{path[0]}]")
        return {}

    def _profile(self, name: str, profile: Any) -> None:
        """One profile and its policy."""
        path = ("profiles", name)
        if not _NAME.fullmatch(name):
            self._wrong(path, f"{name!r} cannot be the name of a profile; use letters, digits and . _ - @ +")
        elif not isinstance(profile, dict):
            self._wrong(path, f"profiles.{name} must be a table: [profiles.{name}]")
        elif not profile:
            self._wrong(path, f"profile {name} is empty; give it a url")
        else:
            plain = {key: value for key, value in profile.items() if key != "policy"}
            self._table(path, plain, PROFILE, known=(*PROFILE, "policy"))
            self._policy((*path, "policy"), self._inner((*path, "policy"), profile.get("policy", {})))
            self._url((*path, "url"))

    def _policy(self, path: tuple[str, ...], values: Mapping[str, Any]) -> None:
        """A policy, and the limits of single tables in it, which are kept as ``tables.PATTERN.LIMIT``."""
        plain = {key: value for key, value in values.items() if key != "tables"}
        keys = policy_keys()
        self._table(path, plain, keys, known=(*keys, "tables"))
        tables = values.get("tables", {})
        if not isinstance(tables, dict) or not all(isinstance(limits, dict) for limits in tables.values()):
            name = ".".join(path)
            self._wrong((*path, "tables"), f'tables must hold a table for each name: [{name}.tables."billing"]')
            return
        for pattern, limits in tables.items():
            inside = _Check(self.document)
            inside._table((*path, "tables", pattern), limits, TABLE)
            self.findings += inside.findings
            for inner, setting in inside.settings.items():
                self.settings[(*path, f"tables.{pattern}.{inner[-1]}")] = setting

    def _url(self, path: tuple[str, ...]) -> None:
        """A URL must read as one, and a password in it needs a file that nobody else can read."""
        setting = self.settings.get(path)
        if setting is None:
            return
        if not looks_like_url(setting.value):
            self._wrong(path, "url must begin with postgresql://, mysql://, mariadb:// or sqlite://")
            return
        try:
            secret = parse_url(setting.value).holds_password
        except UsageError as error:
            self._wrong(path, str(error))
            return
        if secret and not self.document.private:
            file = self.document.file
            self._wrong(path, f"the url holds a password that others can read; run chmod 600 {file}, or remove it")

    def _table(
        self, path: tuple[str, ...], values: Mapping[str, Any], keys: Mapping[str, Reader], known: tuple[str, ...] = ()
    ) -> None:
        """Each key of one table."""
        for name, value in values.items():
            here = (*path, name)
            reader = keys.get(name)
            if reader is None:
                shown = name if name.isprintable() else repr(name)
                self._wrong(here, f"there is no setting called {shown[:80]}{nearest(name, known or keys)}")
                continue
            try:
                self.settings[here] = Setting(reader(value), self.document.origin(here))
            except ValueError as error:
                self._wrong(here, f"{name} {error}")

    def _wrong(self, path: tuple[str, ...], sentence: str) -> None:
        """Note what is wrong, and where."""
        self.findings.append(Finding(self.document.origin(path), sentence))
