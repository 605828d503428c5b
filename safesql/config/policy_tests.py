"""The tests that a team writes of its own policy: ``[[policy_tests]]`` of all trusted files."""

from __future__ import annotations

from collections.abc import Iterator

from safesql.config.load import Config
from safesql.config.origin import Origin, Setting
from safesql.config.policies import policy_of
from safesql.errors import ConfigError
from safesql.guard.action import Action, Environment
from safesql.guard.policy import Policy
from safesql.slotted import dataclass


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """A statement, how it is read, under which policy, and the verdict and rules that are expected."""

    origin: Origin
    statement: str
    dialect: str
    policy: Policy
    read_only: bool
    expect: Action
    rules: tuple[str, ...]


def policy_tests(config: Config) -> Iterator[PolicyTest]:
    """All tests, file by file; raises ConfigError for one that names a profile that is not there."""
    for layer in config.layers:
        numbers = {path[1] for path in layer.settings if path[0] == "policy_tests"}
        for number in sorted(numbers, key=int):
            yield _test(config, {path[2]: each for path, each in layer.settings.items() if path[1:2] == (number,)
                                 and path[0] == "policy_tests"})  # fmt: skip


def _test(config: Config, said: dict[str, Setting]) -> PolicyTest:
    """One test."""
    values = {name: setting.value for name, setting in said.items()}
    origin = said["statement"].origin
    if "profile" in values:
        try:
            profile = config.profile(values["profile"])
        except ConfigError as error:
            raise ConfigError(f"{origin}: {error}") from error
        dialect, policy = profile.target.dialect or profile.target.backend, profile.policy
        read_only = profile.target.read_only
    else:
        environment = values.get("environment", Environment.PRODUCTION)
        dialect, read_only = values.get("dialect", "postgres"), False
        policy, _ = policy_of(config.layers, "", environment)
    return PolicyTest(
        origin, values["statement"], dialect, policy, read_only, values["expect"], values.get("rules", ())
    )
