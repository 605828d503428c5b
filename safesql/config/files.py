"""The configuration files, weakest first: the system's, the team's, the user's, the project's; includes come before."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from safesql.config.document import Document, read_document
from safesql.config.layer import checked
from safesql.config.origin import Finding, Layer, Origin, Rank, Setting, Unusable, beside
from safesql.config.untrusted import tightening
from safesql.slotted import dataclass, field

SYSTEM = Path("/etc/safesql/config.toml")
PROJECT = ".safesql.toml"
_DEEPEST = 20          # files that include each other in a row


class Trust(Protocol):
    """Knows the files that the user has looked at."""

    def holds(self, document: Document) -> bool:
        """Whether these very bytes of this file are trusted."""
        ...


Signer = Callable[[Document, Path], str]
"""Who among the allowed signers (a file) signed the document beside it; empty for nobody."""


class NoTrust:
    """Nothing is trusted that is not the user's or the system's own."""

    def holds(self, document: Document) -> bool:
        """No."""
        del document
        return False


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look: ``config`` replaces the user's file, ``without`` (``--no-config``) leaves it out.

    ``folder`` is where the search for a project's file begins, upwards; None looks for none.
    """

    environ: Mapping[str, str]
    config: Path | None = None
    without: bool = False
    system: Path = SYSTEM
    folder: Path | None = None
    trust: Trust = field(default_factory=NoTrust)
    signer: Signer = lambda _document, _signers: ""

    @property
    def user(self) -> Path:
        """``$XDG_CONFIG_HOME/safesql/config.toml``; XDG_CONFIG_HOME must be an absolute path."""
        base = Path(self.environ.get("XDG_CONFIG_HOME", ""))
        if not base.is_absolute():
            home = self.environ.get("HOME", "")
            base = (Path(home) if home else Path.home()) / ".config"
        return base / "safesql" / "config.toml"

    @property
    def project(self) -> Path | None:
        """The nearest ``.safesql.toml`` from ``folder`` upwards."""
        if self.folder is None:
            return None
        here = self.folder.absolute()
        return next((each / PROJECT for each in (here, *here.parents) if os.path.lexists(each / PROJECT)), None)


def read_layers(places: Places) -> tuple[tuple[Layer, ...], list[Finding]]:
    """Every file that counts, and what is wrong with each of them."""
    reading = _Reading(places)
    reading.file(_File(places.system, Rank.SYSTEM, own=True))
    if places.config is not None:
        reading.file(_File(places.config, Rank.USER, own=True, named=Setting("", Origin(places.config))))
    elif not places.without:
        reading.file(_File(places.user, Rank.USER, own=True))
    team = places.environ.get("SAFESQL_TEAM_CONFIG")
    if team:
        named = Setting(team, Origin(Path("$SAFESQL_TEAM_CONFIG")))
        reading.file(_File(Path(team).absolute(), Rank.TEAM, named=named))
    if places.project is not None:
        reading.file(_File(places.project, Rank.PROJECT))
    return tuple(sorted(reading.layers, key=lambda layer: layer.rank)), reading.findings


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be read: ``own`` needs no trust by hash; ``named`` is the setting that wants it to exist."""

    path: Path
    rank: Rank
    own: bool = False
    named: Setting | None = None
    chain: tuple[Path, ...] = ()

    @property
    def owners(self) -> tuple[int, ...]:
        """Who may own it."""
        return (0,) if self.rank is Rank.SYSTEM else (os.geteuid(), 0)


@dataclass(slots=True)
class _Reading:
    """Reads files and what they include, the included before the including."""

    places: Places
    layers: list[Layer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _done: set[Path] = field(default_factory=set)
    _signers: list[Path] = field(default_factory=list)

    def file(self, file: _File) -> None:
        """One file and its includes."""
        real = file.path.resolve()
        if real in file.chain or len(file.chain) >= _DEEPEST:
            self._wrong(file, f"includes {file.path} in a circle, or too deeply")
            return
        if real in self._done:
            return
        self._done.add(real)
        try:
            document = read_document(file.path, owners=file.owners)
        except Unusable as error:
            self.findings.append(error.finding)
            return
        if document is not None:
            self._layer(file, document, real)
        elif file.named is not None:
            missing = "there is no such file" if file.rank is Rank.USER else f"there is no file {file.path}"
            self._wrong(file, missing)

    def _layer(self, file: _File, document: Document, real: Path) -> None:
        """The settings of a file, behind those of the files that it includes."""
        layer = checked(document, file.rank)
        if not file.own and not self._trusted(document):
            layer = tightening(layer)
        self.findings.extend(layer.findings)
        if file.own and ("config_signers",) in layer.settings:
            self._signers.append(beside(layer.settings["config_signers",]))
        if layer.dropped and not self.places.without:
            self.findings.append(_not_trusted(layer))
        setting = layer.settings.get(("include",))
        if setting is not None:
            rank = min(file.rank, Rank.TEAM)
            own = rank is Rank.SYSTEM
            for name in setting.value:
                named = Setting(name, setting.origin)
                self.file(_File(beside(named), rank, own, named, (*file.chain, real)))
        self.layers.append(layer)

    def _trusted(self, document: Document) -> bool:
        """Whether the user looked at it, or one of those signed it whom the user's or the system's file allows to."""
        if self.places.without:
            return False
        holds = self.places.trust.holds(document)
        return holds or any(self.places.signer(document, signers) for signers in self._signers)

    def _wrong(self, file: _File, sentence: str) -> None:
        """A finding where the file was asked for."""
        self.findings.append(Finding(file.named.origin if file.named else Origin(file.path), sentence))


def _not_trusted(layer: Layer) -> Finding:
    """What has no effect, and what to do."""
    names = sorted({".".join(path[:2]) for path in layer.dropped})
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    sentence = f"not trusted, so {shown} in it have no effect; look at it, then run safesql config trust {layer.file}"
    return Finding(Origin(layer.file), sentence, note=True)
