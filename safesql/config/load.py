"""Give out profiles from the configuration files."""

from __future__ import annotations

from collections.abc import Mapping

from safesql.config.build import profile_of, unnamed_profile
from safesql.config.files import Places, read_layers
from safesql.config.layers import merged, names
from safesql.config.nearest import nearest
from safesql.config.origin import Finding, Layer, Setting, Unusable
from safesql.config.profile import Profile
from safesql.config.sqlite_file import MEMORY
from safesql.config.target import target_of
from safesql.errors import ConfigError, UsageError
from safesql.slotted import dataclass

__all__ = ("Config", "Places", "load", "read_layers")


@dataclass(frozen=True, slots=True)
class Config:
    """The layers, weakest first, all of them without errors."""

    layers: tuple[Layer, ...]
    environ: Mapping[str, str]
    notes: tuple[Finding, ...] = ()                # what a person should know though nothing is wrong

    @property
    def names(self) -> tuple[str, ...]:
        """The profiles there are, sorted."""
        return names(self.layers)

    @property
    def default_profile(self) -> str:
        """The profile that is used when nothing is said; empty when there is none."""
        setting = merged(self.layers).get(("default_profile",))
        return str(setting.value) if setting else ""

    @property
    def queries(self) -> Mapping[str, Setting]:
        """The queries that the trusted files give names, of one name the later."""
        return {path[0]: setting for path, setting in merged(self._trusted, "queries").items()}

    def profile(self, name: str) -> Profile:
        """A profile by name; raises ConfigError when it is unknown or does not say where to connect."""
        if name not in self.names:
            there = f"; there are {', '.join(self.names)}" if self.names else "; there are none"
            raise ConfigError(
                f"there is no profile called {name!r}"
                + (self._elsewhere(name, " in a trusted file; ") or nearest(name, self.names) or there)
            )
        try:
            return profile_of(self.layers, name, self.environ)
        except Unusable as error:
            elsewhere = self._elsewhere(name, "; ")
            if not elsewhere:
                raise
            raise ConfigError(f"{error}{elsewhere}") from error

    @property
    def _trusted(self) -> tuple[Layer, ...]:
        """The layers that may say more than a stricter policy."""
        return tuple(layer for layer in self.layers if layer.trusted)

    def _elsewhere(self, name: str, before: str) -> str:
        """That a file which is not trusted has the profile, and what to do; empty when there is none."""
        for layer in self.layers:
            if not layer.trusted and any(path[:2] == ("profiles", name) for path in (*layer.settings, *layer.dropped)):
                return f"{before}{layer.file} has one: look at it, then run safesql config trust {layer.file}"
        return ""

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
    return Config(layers, places.environ, tuple(finding for finding in findings if finding.note))
