"""One profile put together from the settings of all layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from safesql.config.client_environment import with_environment
from safesql.config.layers import environment_of, merged, profile_settings
from safesql.config.origin import Finding, Layer, Origin, Setting, Unusable, beside
from safesql.config.policies import policy_of
from safesql.config.profile import Profile, Ui
from safesql.config.schema import PLACE
from safesql.config.settings import duration, target_from
from safesql.config.sqlite_file import MEMORY, sqlite_file
from safesql.config.target import target_of
from safesql.errors import UsageError
from safesql.guard.action import Environment
from safesql.slotted import replace
from safesql.target import Target

_TIMES = ("connect_timeout", "statement_timeout", "lock_timeout", "idle_in_transaction_timeout")
_PLAIN = ("user", "database", "tls", "read_only")


def profile_of(layers: Sequence[Layer], name: str, environ: Mapping[str, str]) -> Profile:
    """The profile; raises Unusable when its settings do not name exactly one place, or what it extends is wrong."""
    settings = profile_settings(layers, name)
    environment = environment_of(layers, name)
    target = _target(name, settings, environ)
    environment = max((environment, *(each.value for each in of_host(layers, target.host, "environment"))))
    common = of_environment(layers, environment)
    own = settings.get("color")
    color = color_of(layers, environment, target.host, own.value if own is not None else "")
    settings = {**common, **settings}
    values = {key: setting.value for key, setting in settings.items()}
    policy, origins = policy_of(layers, name, environment)
    return Profile(
        name=name,
        target=_laid_under(target, common),
        policy=policy,
        wants_primary=values.get("role") == "primary",
        identity=values.get("identity", ""),
        password_command=values.get("password_command", ()),
        keyring=values.get("keyring", ""),
        autocommit=values.get("autocommit", True),
        on_error_rollback=values.get("on_error_rollback", "off"),
        ask_after_idle=_seconds(values, "ask_after_idle"),
        init=values.get("init", ()),
        color=color,
        ui=ui_of(layers),
        allowed_signers=signers_of(layers),
        origins={**{key: setting.origin for key, setting in settings.items()}, **origins},
    )


def unnamed_profile(layers: Sequence[Layer], target: Target) -> Profile:
    """A target that no profile describes: nobody said that it is harmless, so it is treated as production.

    Only a database that lives in memory is nobody's, and a host is what the files say of its name.
    """
    said = [each.value for each in of_host(layers, target.host, "environment")]
    environment = Environment.DEVELOPMENT if target == MEMORY else max(said, default=Environment.PRODUCTION)
    policy, origins = policy_of(layers, "", environment)
    target = _laid_under(target, of_environment(layers, environment))
    color = color_of(layers, environment, target.host)
    signers = signers_of(layers)
    return Profile("", target, policy, ui=ui_of(layers), allowed_signers=signers, color=color, origins=origins)


def signers_of(layers: Sequence[Layer]) -> tuple[Path, ...]:
    """Who may approve plans, by each trusted file that says so: none can add somebody whom another does not know."""
    path = ("allowed_signers",)
    return tuple(beside(layer.settings[path]) for layer in layers if layer.trusted and path in layer.settings)


def of_environment(layers: Sequence[Layer], environment: Environment) -> dict[str, Setting]:
    """What the files say of all profiles of an environment, the policy left out."""
    return {path[0]: setting for path, setting in merged(layers, "environments", environment.word).items()}


def of_host(layers: Sequence[Layer], host: str, key: str) -> tuple[Setting, ...]:
    """What all patterns that a host's name fits, in any case of letters, say of it; the later files' last."""
    return tuple(
        setting
        for layer in layers
        for path, setting in layer.settings.items()
        if host and path[0] == "hosts" and path[-1] == key and fnmatchcase(host.lower(), path[1].lower())
    )


def color_of(layers: Sequence[Layer], environment: Environment, host: str, said: str = "") -> str:
    """What the profile says, else a pattern of its host, else its environment; empty where none does."""
    common = of_environment(layers, environment).get("color")
    hosts = [setting.value for setting in of_host(layers, host, "color")]
    return str(said or (hosts[-1] if hosts else "") or (common.value if common is not None else ""))


def _seconds(values: Mapping[str, Any], name: str) -> float | None:
    """A time that may have been said."""
    return duration(values[name], name) if name in values else None


def ui_of(layers: Sequence[Layer]) -> Ui:
    """How it looks."""
    return Ui(**{path[0]: setting.value for path, setting in merged(layers, "ui").items()})


def _target(name: str, settings: Mapping[str, Setting], environ: Mapping[str, str]) -> Target:
    """Where the profile leads, with the settings beside the place laid over it."""
    url = settings.get("url")
    place = [key for key in PLACE if key in settings]
    first = next(iter(settings.values())).origin if settings else Origin(Path("configuration"))
    if url is not None and place:
        both = f"profile {name} has a url and {place[0]} as well; give one of them"
        raise Unusable(Finding(settings[place[0]].origin, both))
    if url is None and not place:
        raise Unusable(Finding(first, f"profile {name} does not say where to connect; give it a url"))
    try:
        target = target_of(url.value, environ) if url else _by_parts(settings, environ)
        return _laid_over(target, settings)
    except UsageError as error:
        raise Unusable(Finding(url.origin if url else first, f"profile {name}: {error}")) from error


def _by_parts(settings: Mapping[str, Setting], environ: Mapping[str, str]) -> Target:
    """A place without a URL: ``dialect`` and its parts."""
    parts = {key: str(setting.value) for key, setting in settings.items() if key in PLACE}
    dialect = parts.pop("dialect", "sqlite" if "path" in parts else "")
    path = parts.pop("path", "")
    if dialect == "sqlite":
        if parts or not path:
            raise UsageError("a SQLite profile has a path, and no host, port or socket")
        return MEMORY if path == ":memory:" else sqlite_file(str(beside(settings["path"])))
    if not dialect or path:
        raise UsageError("a profile without a url needs dialect = postgres, mysql, mariadb or sqlite; path is SQLite's")
    parts.update({key: settings[key].value for key in ("user", "database") if key in settings})
    return with_environment(target_from(dialect, parts), environ)


def _laid_over(target: Target, settings: Mapping[str, Setting]) -> Target:
    """The target with what the profile says beside the place."""
    fields: dict[str, Any] = {key: settings[key].value for key in _PLAIN if key in settings}
    fields.update({key: duration(settings[key].value, key) for key in _TIMES if key in settings})
    if "tls_ca" in settings:
        fields["tls_ca"] = str(beside(settings["tls_ca"]))
    if "ssh_host" in settings:
        if "socket" in settings:
            raise UsageError("ssh_host leads to a host and port; a socket cannot be reached through it")
        fields |= {"ssh": settings["ssh_host"].value, "socket": ""}
    if "ssh_port" in settings:
        fields["ssh_port"] = settings["ssh_port"].value
    if target.backend == "sqlite" and fields.keys() & {"user", "database", "tls", "tls_ca", "ssh"}:
        raise UsageError("a SQLite file has no user, database, tls or ssh")
    return replace(target, **fields)


def _laid_under(target: Target, common: Mapping[str, Setting]) -> Target:
    """A target with what its environment says of all that the target leaves open; read_only holds once it is said."""
    bare = Target(target.backend)
    of_no_use = {"tls", "tls_ca"} if target.backend == "sqlite" else set()
    said = {
        key: setting
        for key, setting in common.items()
        if key not in (*of_no_use, "color") and getattr(target, key) == getattr(bare, key)
    }
    return _laid_over(target, said)




