"""Find the configuration files, read them, and give out profiles."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safesql.config.build import profile_of, unnamed_profile
from safesql.config.document import read_document
from safesql.config.layer import checked
from safesql.config.layers import merged, names
from safesql.config.nearest import nearest
from safesql.config.origin import Finding, Layer, Origin, Unusable
from safesql.config.profile import Profile
from safesql.config.sqlite_file import MEMORY
from safesql.config.target import target_of
from safesql.errors import ConfigError, UsageError

SYSTEM = Path("/etc/safesql/config.toml")


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: ``config`` replaces the user's file, ``without`` (``--no-config``) leaves it out."""

    environ: Mapping[str, str]
    config: Path | None = None
    without: bool = False
    system: Path = SYSTEM

    @property
    def user(self) -> Path:
        """``$XDG_CONFIG_HOME/safesql/config.toml``; XDG_CONFIG_HOME must be an absolute path."""
        base = Path(self.environ.get("XDG_CONFIG_HOME", ""))
        if not base.is_absolute():
            home = self.environ.get("HOME", "")
            base = (Path(home) if home else Path.home()) / ".config"
        return base / "safesql" / "config.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """The layers, weakest first, all of them without errors."""

    layers: tuple[Layer, ...]
    environ: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The profiles there are, sorted."""
        return names(self.layers)

    @property
    def default_profile(self) -> str:
        """The profile that is used when nothing is said; empty when there is none."""
        setting = merged(self.layers).get(("default_profile",))
        return str(setting.value) if setting else ""

    def profile(self, name: str) -> Profile:
        """A profile by name; raises ConfigError when it is unknown or does not say where to connect."""
        if name not in self.names:
            there = f"; there are {', '.join(self.names)}" if self.names else "; there are none"
            raise ConfigError(f"there is no profile called {name!r}{nearest(name, self.names) or there}")
        return profile_of(self.layers, name, self.environ)

    def resolve(self, target: str = "", profile: str = "") -> Profile:
        """What TARGET or ``-p`` means: ``$SAFESQL_PROFILE`` and ``default_profile`` come next, then memory.

        Raises UsageError or ConfigError; a target that is no profile is under the strictest preset.
        """
        if target and profile:
            raise UsageError("give a target or -p, not both")
        name = profile or ("" if target else self.environ.get("SAFESQL_PROFILE", "") or self.default_profile)
        if name:
            return self.profile(name)
        if target in self.names:
            return self.profile(target)
        return unnamed_profile(self.layers, target_of(target, self.environ) if target else MEMORY)


def load(places: Places) -> Config:
    """The configuration; raises ConfigError, exit code 9, for the first thing that is wrong or not trusted."""
    layers, findings = read_layers(places)
    errors = [finding for finding in findings if not finding.note]
    if errors:
        more = f" ({len(errors) - 1} more: safesql config check)" if len(errors) > 1 else ""
        raise ConfigError(f"{errors[0]}{more}")
    return Config(layers, places.environ)


def read_layers(places: Places) -> tuple[tuple[Layer, ...], list[Finding]]:
    """Every file that counts, and what is wrong with each of them."""
    findings: list[Finding] = []
    layers: list[Layer] = []
    if places.environ.get("SAFESQL_TEAM_CONFIG"):
        sentence = "SAFESQL_TEAM_CONFIG is set, but this version reads no team files; unset it"
        findings.append(Finding(Origin(Path("environment")), sentence))
    for file, owners in _files(places):
        try:
            document = read_document(file, owners=owners)
            if document is not None:
                layers.append(checked(document))
                findings.extend(layers[-1].findings)
            elif file == places.config:
                findings.append(Finding(Origin(file), "there is no such file"))
        except Unusable as error:
            findings.append(error.finding)
    return tuple(layers), findings


def _files(places: Places) -> list[tuple[Path, tuple[int, ...]]]:
    """The files in order, weakest first, with those who may own them."""
    files: list[tuple[Path, tuple[int, ...]]] = [(places.system, (0,))]
    mine = (os.geteuid(), 0)
    if places.config is not None:
        files.append((places.config, mine))
    elif not places.without:
        files.append((places.user, mine))
    return files
