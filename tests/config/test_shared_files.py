"""Files that a team and a project share: what they may say before and after they are trusted, and what they include."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from safesql.config.document import Document
from safesql.config.files import Places
from safesql.config.findings import findings
from safesql.config.load import Config, load
from safesql.errors import ConfigError
from safesql.guard.action import Action, Environment, Undo

PROFILE = '[profiles.prod]\nurl = "postgresql://ann@db.example.com/billing"\n'
HARMFUL = {
    "another host": '[profiles.prod]\nurl = "postgresql://ann@evil.example.com/billing"',
    "another part": '[profiles.prod]\ndatabase = "other"',
    "a program": '[profiles.prod]\npassword_command = ["touch", "/tmp/owned"]',
    "statements": '[profiles.prod]\ninit = ["SET x = 1"]',
    "weak tls": '[profiles.prod]\ntls = "insecure"',
    "its own authority": '[profiles.prod]\ntls_ca = "ca.pem"',
    "another server": '[profiles.prod]\nidentity = "1"',
    "what it extends": '[profiles.prod]\nextends = "dev"\n[profiles.dev]\nurl = "sqlite://"',
    "a laxer rule": '[profiles.prod.policy]\ndelete-without-where = "allow"',
    "a laxer floor": '[policy]\ndelete-without-where = "allow"',
    "a laxer environment": '[profiles.prod]\nenvironment = "development"',
    "a laxer host": '[hosts."db.example.com"]\nenvironment = "development"',
    "writes": "[profiles.prod]\nread_only = false",
    "no undo": '[profiles.prod.policy]\nundo = "off"',
    "no room for undo": "[policy]\nundo_max_rows = 0\nundo_days = 0",
    "answers of scripts": "[profiles.prod.policy]\nscript_answers = true",
    "more rows": "[profiles.prod.policy]\nmax_rows = 1000000",
    "another default": 'default_profile = "prod"',
    "keys and colours": '[ui]\nkeybindings = "vi"',
    "another file": 'include = ["other.toml"]',
    "a named query": '[queries]\nbills = "DELETE FROM bill"\nrole = "primary"',
    "an environment's tls": '[environments.production]\ntls = "insecure"',
    "an environment's rule": '[environments.production.policy]\ntruncate = "allow"',
}


@dataclass(slots=True)
class Seen:
    """Trusts what it was shown."""

    digests: set[tuple[str, str]] = field(default_factory=set)

    def trust(self, file: Path) -> None:
        self.digests.add((str(file), Document(file, {}, {}, private=True, data=file.read_bytes()).digest))

    def holds(self, document: Document) -> bool:
        return (str(document.file), document.digest) in self.digests


@dataclass(slots=True)
class House:
    """A folder with a user's file, and whatever else is written."""

    folder: Path
    seen: Seen = field(default_factory=Seen)

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o600)
        return file

    def places(self, *, without: bool = False, **environ: str) -> Places:
        return Places(
            {"HOME": str(self.folder), "USER": "ann", **environ},
            config=None if without else self.folder / "config.toml",
            without=without,
            system=self.folder / "system.toml",
            folder=self.folder / "work" / "deep",
            trust=self.seen,
        )

    def load(self, **environ: str) -> Config:
        return load(self.places(without=False, **environ))


@pytest.fixture
def house(tmp_path: Path) -> House:
    built = House(tmp_path)
    (tmp_path / "work" / "deep").mkdir(parents=True)
    built.write("config.toml", PROFILE)
    return built


def everything(config: Config) -> tuple[object, ...]:
    """All that a profile says, and what a target without one gets."""
    both = (config.profile("prod"), config.resolve("postgresql://ann@db.example.com/x"))
    return config.names, config.default_profile, dict(config.queries), *(replace(each, origins={}) for each in both)


@pytest.mark.parametrize("case", HARMFUL)
def test_a_project_that_nobody_trusted_changes_nothing_but_a_stricter_policy(house: House, case: str) -> None:
    house.write("work/other.toml", '[profiles.other]\nurl = "sqlite://"')
    before = everything(house.load())
    project = house.write("work/.safesql.toml", HARMFUL[case])
    config = house.load()
    policy = config.profile("prod").policy
    assert policy.action("truncate", Action.CONFIRM) is Action.CONFIRM
    assert policy.environment is Environment.PRODUCTION
    assert policy.action("delete-without-where", Action.BLOCK) is Action.BLOCK
    if case not in ("more rows", "a laxer rule", "a laxer floor", "an environment's rule"):     # floors below all others
        assert everything(config) == before
        (note,) = config.notes
        assert f"safesql config trust {project}" in str(note)
    assert (config.names, config.default_profile) == (("prod",), "")


TIGHTER = '[profiles.prod]\nread_only = true\nrole = "primary"\n[profiles.prod.policy]\ntruncate = "block"\nmax_rows = 5\n'


def test_a_project_that_nobody_trusted_may_tighten(house: House) -> None:
    house.write("work/.safesql.toml", TIGHTER + '[policy]\nundo = "required"\nprotected_tables = ["billing"]\n')
    config = house.load()
    profile = config.profile("prod")
    assert config.notes == ()
    assert profile.policy.action("truncate", Action.ALLOW) is Action.BLOCK
    assert (profile.policy.max_rows, profile.policy.undo) == (5, Undo.REQUIRED)
    assert profile.policy.protected_tables == ("billing",)
    assert profile.target.read_only
    assert profile.wants_primary


def test_what_was_looked_at_counts_until_a_byte_of_it_changes(house: House) -> None:
    project = house.write("work/.safesql.toml", '[profiles.here]\nurl = "sqlite://"\n')
    with pytest.raises(ConfigError, match=r"no profile called 'here' in a trusted file; .* safesql config trust"):
        house.load().profile("here")
    house.seen.trust(project)
    assert house.load().profile("here").target.path == ":memory:"
    house.write("work/.safesql.toml", '[profiles.here]\nurl = "sqlite://" \n')
    assert house.load().names == ("prod",)


def test_a_team_file_gives_profiles_once_it_is_trusted_and_its_policy_at_once(house: House) -> None:
    team = house.write("team/safesql.toml", '[profiles.eu]\nurl = "postgresql://u@eu/d"\n[policy]\nmax_rows = 100\n')
    house.write("config.toml", f'include = ["team/safesql.toml"]\n{PROFILE}[profiles.prod.policy]\nmax_rows = 900\n')
    assert (house.load().names, house.load().profile("prod").policy.max_rows) == (("prod",), 100)
    house.seen.trust(team)
    assert house.load().names == ("eu", "prod")
    house.write("config.toml", PROFILE)
    by_variable = house.load(SAFESQL_TEAM_CONFIG=str(team))
    assert (by_variable.names, by_variable.profile("prod").policy.max_rows) == (("eu", "prod"), 100)


def test_without_the_users_file_the_policies_of_team_and_project_still_hold(house: House) -> None:
    team = house.write("team.toml", "[policy]\nmax_rows = 7\n" + PROFILE)
    house.write("work/.safesql.toml", '[policy]\ntruncate = "block"\n')
    house.seen.trust(team)
    config = load(house.places(without=True, SAFESQL_TEAM_CONFIG=str(team)))
    policy = config.resolve("postgresql://u@h/d").policy
    assert (policy.max_rows, policy.action("truncate", Action.ALLOW)) == (7, Action.BLOCK)
    assert config.names == ()


def test_who_has_a_profile_first_says_how_its_policy_begins(house: House) -> None:
    team = house.write("team.toml", PROFILE)
    house.seen.trust(team)
    own = 'include = ["team.toml"]\n[profiles.prod]\nenvironment = "development"\n'
    house.write("config.toml", own + '[profiles.prod.policy]\ndelete-without-where = "allow"\ntruncate = "block"\n')
    policy = house.load().profile("prod").policy
    assert policy.environment is Environment.PRODUCTION
    assert policy.action("delete-without-where", Action.BLOCK) is Action.BLOCK
    assert policy.action("truncate", Action.ALLOW) is Action.BLOCK
    house.write("team.toml", PROFILE + '[profiles.prod.policy]\ndelete-without-where = "confirm"\n')
    house.seen.trust(team)
    assert house.load().profile("prod").policy.action("delete-without-where", Action.BLOCK) is Action.CONFIRM


def test_includes_come_before_their_file_and_are_read_once(house: House) -> None:
    house.write("a.toml", 'include = ["b.toml"]\n[profiles.x]\nurl = "sqlite://"\nconnect_timeout = "1s"\n')
    house.write("b.toml", '[profiles.x]\nurl = "sqlite://"\nconnect_timeout = "2s"\nstatement_timeout = "2s"\n')
    house.write("config.toml", 'include = ["a.toml", "b.toml"]\n' + PROFILE)
    for name in ("a.toml", "b.toml"):
        house.seen.trust(house.folder / name)
    target = house.load().profile("x").target
    assert (target.connect_timeout, target.statement_timeout) == (1.0, 2.0)


WRONG = {
    "a circle": ({"config.toml": 'include = ["a.toml"]', "a.toml": 'include = ["config.toml"]'}, "in a circle"),
    "itself": ({"config.toml": 'include = ["config.toml"]'}, "in a circle"),
    "nothing there": ({"config.toml": 'include = ["gone.toml"]'}, "there is no file"),
    "a folder": ({"config.toml": 'include = ["work"]'}, "not a regular file"),
    "a broken file": ({"config.toml": 'include = ["a.toml"]', "a.toml": "x = "}, "not valid TOML"),
    "a broken project": ({"work/.safesql.toml": "[policy]\nmax_rows = 'many'"}, "max_rows must be a whole number"),
    "an unknown base": ({"config.toml": '[profiles.p]\nextends = "q"\nurl = "sqlite://"'}, "extends q, which does not"),
    "a circle of profiles": (
        {"config.toml": '[profiles.p]\nextends = "q"\n[profiles.q]\nextends = "p"\nurl = "sqlite://"'}, "in a circle",
    ),
    "its own base": ({"config.toml": '[profiles.p]\nextends = "p"\nurl = "sqlite://"'}, "in a circle"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_shared_files_is_one_sentence(house: House, case: str) -> None:
    files, words = WRONG[case]
    for name, text in files.items():
        file = house.write(name, text)
        if name != "work/.safesql.toml":
            house.seen.trust(file)
    with pytest.raises(ConfigError, match=words) as raised:
        house.load().profile("p")
    assert raised.value.exit_code == 9
    assert "\n" not in str(raised.value)
    assert any(words in finding.sentence for finding in findings(house.places()))


def test_a_file_of_somebody_else_is_refused_wherever_it_lies(house: House) -> None:
    project = house.write("work/.safesql.toml", '[policy]\ntruncate = "block"\n')
    project.chmod(0o666)
    with pytest.raises(ConfigError, match="others can write to it"):
        house.load()


def test_a_profile_takes_from_those_it_extends_and_their_policy_is_its_floor(house: House) -> None:
    house.write(
        "config.toml",
        '[profiles.base]\ntls = "require"\nstatement_timeout = "9s"\nenvironment = "staging"\n'
        '[profiles.base.policy]\nmax_rows = 10\ntruncate = "type"\n'
        '[profiles.eu]\nextends = "base"\nurl = "postgresql://u@eu/d"\n'
        '[profiles.eu2]\nextends = "eu"\nhost = "eu2"\ndialect = "postgres"\ntls = "verify-full"\n'
        'environment = "development"\n[profiles.eu2.policy]\nmax_rows = 99\ntruncate = "allow"\n',
    )
    config = house.load()
    first, second = config.profile("eu"), config.profile("eu2")
    assert (first.target.host, first.target.tls, first.target.statement_timeout) == ("eu", "require", 9.0)
    assert (second.target.host, second.target.tls, second.policy.max_rows) == ("eu2", "verify-full", 10)
    assert second.policy.action("truncate", Action.ALLOW) is Action.TYPE
    assert second.environment is Environment.STAGING
    notes = [str(finding) for finding in findings(house.places()) if finding.note]
    assert notes == [
        f"{house.folder}/config.toml:18: max_rows = 99 has no effect on eu2: {house.folder}/config.toml:6 says 10",
        f'{house.folder}/config.toml:19: truncate = "allow" has no effect on eu2: {house.folder}/config.toml:7 says "type"',
    ]


def test_an_environment_has_settings_for_all_its_profiles(house: House) -> None:
    house.write(
        "config.toml",
        PROFILE + '[environments.production]\nstatement_timeout = "30s"\nread_only = true\n'
        "[environments.production.policy]\nmax_rows = 3\n"
        '[profiles.fast]\nurl = "postgresql://u@h/d"\nstatement_timeout = "1s"\n'
        '[profiles.dev]\nurl = "sqlite://"\nenvironment = "development"\n',
    )
    config = house.load()
    prod, fast, dev = (config.profile(name) for name in ("prod", "fast", "dev"))
    assert [each.target.statement_timeout for each in (prod, fast, dev)] == [30.0, 1.0, None]
    assert [each.target.read_only for each in (prod, fast, dev)] == [True, True, False]
    assert [each.policy.max_rows for each in (prod, fast, dev)] == [3, 3, None]
    assert config.resolve("postgresql://u@h/d").policy.max_rows == 3


def test_a_host_has_an_environment_by_its_name(house: House) -> None:
    house.write(
        "config.toml",
        '[hosts."*.prod.example.com"]\nenvironment = "production"\n[hosts."*.example.com"]\nenvironment = "staging"\n'
        '[hosts.localhost]\nenvironment = "development"\n'
        '[profiles.p]\nurl = "postgresql://u@db.PROD.example.com/d"\nenvironment = "development"\n'
        '[profiles.q]\nurl = "postgresql://u@localhost/d"\n',
    )
    config = house.load()
    assert config.profile("p").environment is Environment.PRODUCTION
    assert config.profile("q").environment is Environment.PRODUCTION
    assert config.resolve("postgresql://u@a.example.com/d").environment is Environment.STAGING
    assert config.resolve("postgresql://u@localhost/d").environment is Environment.DEVELOPMENT
    assert config.resolve("postgresql://u@elsewhere/d").environment is Environment.PRODUCTION


def test_a_colour_comes_from_the_profile_its_host_or_its_environment(house: House) -> None:
    house.write(
        "config.toml",
        '[environments.production]\ncolor = "magenta"\n[hosts."*.eu.example.com"]\ncolor = "#102030"\n'
        '[hosts."billing.*"]\ncolor = "blue"\n'
        '[profiles.p]\nurl = "postgresql://u@db/d"\n[profiles.q]\nurl = "postgresql://u@billing.eu.example.com/d"\n'
        '[profiles.r]\nurl = "postgresql://u@db.eu.example.com/d"\ncolor = "gray"\n'
        '[profiles.s]\nurl = "postgresql://u@db/d"\nenvironment = "development"\n',
    )
    config = house.load()
    assert [config.profile(name).color for name in "pqrs"] == ["magenta", "blue", "gray", ""]
    assert config.resolve("postgresql://u@x.eu.example.com/d").color == "#102030"
    house.write("work/.safesql.toml", '[environments.production]\ncolor = "green"\n[profiles.p]\ncolor = "green"\n')
    assert house.load().profile("p").color == "magenta"
    house.write("config.toml", '[profiles.p]\nurl = "sqlite://"\ncolor = "transparent"\n')
    with pytest.raises(ConfigError, match=r"must be one of red, green, .* or a colour such as #aa3355"):
        house.load()
