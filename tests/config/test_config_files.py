from __future__ import annotations

import os
from pathlib import Path

import pytest

from safesql.config.findings import findings
from safesql.config.load import Config, Places, load
from safesql.config.show import shown
from safesql.errors import ConfigError, UsageError
from safesql.guard.action import Action, Environment

WHOLE = """\
default_profile = "dev"

[ui]
keybindings = "vi"
color = false

[profiles.prod]
url = "postgresql://app@db.example.com/billing"
environment = "production"
role = "primary"
identity = "7300841526389"
tls = "verify-full"
tls_ca = "rds-ca.pem"
password_command = ["vault", "read",
                    "-field=password", "db/prod"]
connect_timeout = "5s"
statement_timeout = "30s"
lock_timeout = 3

[profiles.prod.policy]
delete-without-where = "confirm"
max_rows = 500
confirm_rows = 1
undo = "off"
approvals = 0
protected_tables = ["billing", "ledger.*"]

[profiles.dev]
dialect = "mariadb"
host = "127.0.0.1"
port = 3399
user = "root"
database = "test"
environment = "development"
read_only = true

[profiles."local.db"]
path = "local.db"

[policy]
truncate = "type"
delete-without-where = "type"
max_rows = 1000
"""


def written(folder: Path, text: str | bytes, name: str = "config.toml", mode: int = 0o600) -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(mode)
    return file


def places(folder: Path, config: Path | None = None, **environ: str) -> Places:
    return Places({"HOME": str(folder), "USER": "ann", **environ}, config=config, system=folder / "no-system.toml")


def loaded(folder: Path, text: str) -> Config:
    return load(places(folder, written(folder, text)))


def test_a_profile_is_what_the_file_says(tmp_path: Path) -> None:
    config = loaded(tmp_path, WHOLE)
    assert config.names == ("dev", "local.db", "prod")
    prod = config.profile("prod")
    assert (prod.target.host, prod.target.user, prod.target.database) == ("db.example.com", "app", "billing")
    assert (prod.target.tls, prod.target.tls_ca) == ("verify-full", str(tmp_path / "rds-ca.pem"))
    assert (prod.target.connect_timeout, prod.target.statement_timeout, prod.target.lock_timeout) == (5, 30, 3)
    assert (prod.environment, prod.wants_primary, prod.identity) == (Environment.PRODUCTION, True, "7300841526389")
    assert prod.password_command == ("vault", "read", "-field=password", "db/prod")
    assert (prod.ui.keybindings, prod.ui.color, prod.ui.pager) == ("vi", False, None)
    assert prod.policy.protected_tables == ("billing", "ledger.*")
    assert (prod.policy.max_rows, prod.policy.confirm_rows) == (500, 1)
    dev = config.profile("dev")
    assert (dev.target.dialect, dev.target.host, dev.target.port) == ("mariadb", "127.0.0.1", 3399)
    assert dev.target.read_only
    assert dev.policy.max_rows == 1000
    assert config.profile("local.db").target.path == str(tmp_path / "local.db")


def test_the_floor_of_a_file_holds_for_every_profile_and_target(tmp_path: Path) -> None:
    config = loaded(tmp_path, WHOLE)
    for profile in (config.profile("prod"), config.profile("dev"), config.resolve(str(tmp_path / "x.db"))):
        assert profile.policy.action("delete-without-where", Action.ALLOW) is Action.TYPE
        assert profile.policy.action("truncate", Action.ALLOW) is Action.TYPE
        assert profile.policy.max_rows in (500, 1000)


def test_every_setting_knows_its_line(tmp_path: Path) -> None:
    config = loaded(tmp_path, WHOLE)
    lines = WHOLE.splitlines()
    rows = shown(config)
    assert len(rows) > 25
    for row in rows:
        assert row.origin.file == tmp_path / "config.toml"
        assert lines[row.origin.line - 1].startswith(row.name.rpartition(".")[2].strip('"'))
    (rows_limit,) = (row for row in shown(config, "prod") if row.name.endswith("max_rows"))
    assert (rows_limit.value, lines[rows_limit.origin.line - 1]) == ("500", "max_rows = 500")
    (deleting,) = (row for row in shown(config, "prod") if row.name.endswith("delete-without-where"))
    assert (deleting.value, lines[deleting.origin.line - 1]) == ('"type"', 'delete-without-where = "type"')
    assert "delete-without-where" in str(config.profile("prod").origins)


def test_a_password_in_a_url_is_not_shown_and_needs_a_private_file(tmp_path: Path) -> None:
    text = '[profiles.p]\nurl = "mysql://a:hunter2@h/d"\n'
    config = loaded(tmp_path, text)
    assert config.profile("p").target.password == "hunter2"
    assert "hunter2" not in repr(shown(config)) + repr(config.profile("p"))
    for url in ("mysql://a:hunter2@h/d", "postgresql://h/d?password=hunter2"):
        file = written(tmp_path, f'[profiles.p]\nurl = "{url}"\n', mode=0o644)
        with pytest.raises(ConfigError, match="chmod 600") as raised:
            load(places(tmp_path, file))
        assert "hunter2" not in str(raised.value)


WRONG: dict[str, tuple[str | bytes, int, str]] = {
    "unknown key": ('[profiles.p]\n\nulr = "sqlite://"', 3, "did you mean url"),
    "unknown key at the top": ('defualt_profile = "x"', 1, "did you mean default_profile"),
    "unknown rule": ('[policy]\ndelete-without-were = "block"', 2, "did you mean delete-without-where"),
    "unknown rule of a profile": ('[profiles.p]\nuser = "ann"\npolicy.trunkate = "type"', 3, "did you mean truncate"),
    "bad action": ('[policy]\ntruncate = "blok"', 2, "allow, confirm, type, block"),
    "action of a wrong type": ("[policy]\ntruncate = 3", 2, "allow, confirm, type, block"),
    "bad environment": ('[profiles.p]\nurl = "sqlite://"\nenvironment = "prod"', 3, "production, staging, development"),
    "bad duration": ('[profiles.p]\nurl = "sqlite://"\nconnect_timeout = "10 parsecs"', 3, "time above zero"),
    "no duration": ("[profiles.p]\nconnect_timeout = true", 2, "time above zero"),
    "zero duration": ("[profiles.p]\nlock_timeout = 0", 2, "time above zero"),
    "port as text": ('[profiles.p]\nhost = "h"\nport = "5432"', 3, "from 1 to 65535"),
    "port too large": ("[profiles.p]\nport = 65536", 2, "from 1 to 65535"),
    "negative limit": ("[policy]\nmax_rows = -1", 2, "0 or more"),
    "limit as text": ('[policy]\nconfirm_rows = "10"', 2, "0 or more"),
    "limit as truth": ("[policy]\nconfirm_rows = true", 2, "0 or more"),
    "tables as text": ('[policy]\nprotected_tables = "billing"', 2, "list of texts"),
    "truth as text": ('[profiles.p]\nread_only = "yes"', 2, "true or false"),
    "command as text": ('[profiles.p]\npassword_command = "pass show db"', 2, "no shell"),
    "empty command": ("[profiles.p]\npassword_command = []", 2, "no shell"),
    "keys of a third kind": ('[ui]\nkeybindings = "nano"', 2, "vi, emacs"),
    "password": ('[profiles.p]\npassword = "hunter2"', 2, "does not belong in a file"),
    "bad tls": ('[profiles.p]\ntls = "yes please"', 2, "verify-full"),
    "undo": ('[profiles.p.policy]\nundo = "maybe"', 2, "required, when-possible, off"),
    "approvals": ("[policy]\napprovals = true", 2, "0 or more"),
    "the author's approval": ('[policy]\nauthor_may_approve = "no"', 2, "true or false"),
    "signers as a list": ('allowed_signers = ["a"]', 1, "must be text"),
    "percent": ("[policy]\nmax_percent = 101", 2, "number from 0 to 100"),
    "a limit of a table": ("[policy.tables.billing]\nmax_row = 5", 2, "did you mean max_rows"),
    "a table of limits": ("[policy]\ntables = 5", 2, "must hold a table for each name"),
    "include": ('include = ["../team.toml"]', 1, "team.toml"),
    "include as text": ('include = "../team.toml"', 1, "must be a list"),
    "extends": ('[profiles.p]\nextends = 1', 2, "must be text"),
    "an environment": ('[environments.prod]\nread_only = true', 1, "no environment called 'prod'"),
    "an environment's key": ('[environments.production]\nurl = "sqlite://"', 2, "no setting called url"),
    "a host": ('[hosts."*.example.com"]\nenvironment = "prod"', 2, "production, staging, development"),
    "hosts": ('hosts = ["a"]', 1, "must be a table"),
    "url of another kind": ('[profiles.p]\nurl = "oracle://h/d"', 2, "postgresql"),
    "url that is none": ('[profiles.p]\nurl = "host=h password=hunter2"', 2, "must begin with"),
    "url with a broken password": ('[profiles.p]\nurl = "mysql://a:hunter2/x@h/d"', 2, "%2F"),
    "control character": ('[profiles.p]\nuser = "a\\u001b[2J"', 2, "on one line"),
    "profiles is no table": ("profiles = 3", 1, "must be a table"),
    "a profile is no table": ("[profiles]\np = 1", 2, "must be a table"),
    "a policy is no table": ('[profiles.p]\nurl = "sqlite://"\npolicy = 1', 3, "must be a table"),
    "an empty profile": ("[profiles.p]", 1, "is empty"),
    "a hostile name": ('[profiles."a/b\\n"]\nurl = "sqlite://"', 1, "cannot be the name"),
    "no TOML": ("\na = = 1", 2, "not valid TOML"),
    "cut off": ('[profiles.p]\nurl = "post', 2, "not valid TOML"),
    "said twice": ("[ui]\n[ui]", 2, "not valid TOML"),
    "nested deeply": ("a = " + "[" * 20_000, 0, "nested too deeply"),
    "not UTF-8": (b"[ui]\n# caf\xe9\n", 2, "not UTF-8"),
    "UTF-16": ('default_profile = "x"'.encode("utf-16"), 1, "not UTF-8"),
    "enormous": ("#" * 1_048_577, 0, "larger than"),
    "NUL": ("a = 1\0", 1, "not valid TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_sentence_with_file_and_line(tmp_path: Path, case: str) -> None:
    text, line, words = WRONG[case]
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load(places(tmp_path, file))
    sentence = str(raised.value)
    assert raised.value.exit_code == 9
    assert sentence.startswith(f"{file}:{line}: " if line else f"{file}: ")
    assert words in sentence
    assert sentence.isprintable()
    assert "hunter2" not in sentence
    assert str(findings(places(tmp_path, file))[0]) == sentence.partition(" (")[0] or "more" not in sentence


UNUSABLE = {
    "two places": ('[profiles.p]\nurl = "sqlite://"\nhost = "h"', "a url and host"),
    "no place": ('[profiles.p]\nuser = "a"', "where to connect"),
    "no dialect": ('[profiles.p]\nhost = "h"', "needs dialect"),
    "two kinds of place": ('[profiles.p]\ndialect = "postgres"\npath = "x.db"', "needs dialect"),
    "sqlite on a host": ('[profiles.p]\ndialect = "sqlite"\nhost = "h"', "has a path"),
    "sqlite with tls": ('[profiles.p]\npath = "x.db"\ntls = "require"', "no user, database, tls or ssh"),
    "no such file": ('[profiles.p]\npath = "nosuch"', "no file called"),
    "only a policy": ("[profiles.p.policy]\nmax_rows = 1", "where to connect"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_profile_that_leads_nowhere_stops_only_itself(tmp_path: Path, case: str) -> None:
    text, words = UNUSABLE[case]
    file = written(tmp_path, text + '\n[profiles.other]\nurl = "sqlite://"\n')
    config = load(places(tmp_path, file))
    assert config.profile("other").target.path == ":memory:"
    with pytest.raises(ConfigError, match=words):
        config.profile("p")
    assert [words in finding.sentence for finding in findings(places(tmp_path, file))] == [True]


def test_an_unknown_profile_names_the_nearest(tmp_path: Path) -> None:
    config = loaded(tmp_path, WHOLE)
    with pytest.raises(ConfigError, match="did you mean prod"):
        config.profile("prdo")
    with pytest.raises(ConfigError, match=r"there are dev, local\.db, prod"):
        config.profile("xyzzy")
    with pytest.raises(ConfigError, match="there are none"):
        load(places(tmp_path)).profile("p")


def test_a_file_that_others_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    for mode in (0o620, 0o602, 0o666):
        file = written(tmp_path, WHOLE, mode=mode)
        with pytest.raises(ConfigError, match="chmod go-w"):
            load(places(tmp_path, file))


def test_what_is_no_file_is_not_read_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name in ("fifo", "/dev/null", "."):
        with pytest.raises(ConfigError, match="regular file"):
            load(places(tmp_path, tmp_path / name))
    with pytest.raises(ConfigError, match="no such file"):
        load(places(tmp_path, tmp_path / "missing.toml"))


def test_a_system_file_must_be_roots(tmp_path: Path) -> None:
    system = written(tmp_path, '[policy]\ntruncate = "block"\n', "system.toml")
    if os.geteuid() == 0:
        os.chown(system, 12345, 12345)
    with pytest.raises(ConfigError, match="does not belong to root"):
        load(Places({"HOME": str(tmp_path)}, without=True, system=system))


def test_the_users_file_is_found_where_xdg_says(tmp_path: Path) -> None:
    folder = tmp_path / "xdg" / "safesql"
    folder.mkdir(parents=True)
    written(folder, '[profiles.p]\nurl = "sqlite://"\n')
    assert load(places(tmp_path, XDG_CONFIG_HOME=str(tmp_path / "xdg"))).names == ("p",)
    assert load(places(tmp_path, XDG_CONFIG_HOME="xdg")).names == ()
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    without = Places(environ, without=True, system=tmp_path / "no")
    assert load(without).names == ()


def test_check_tells_everything_that_is_wrong(tmp_path: Path) -> None:
    file = written(tmp_path, '[ui]\nkeybindings = 1\n[policy]\nx = 2\n[profiles.p]\nurl = "x"\n')
    assert [finding.origin.line for finding in findings(places(tmp_path, file))] == [2, 4, 6]
    with pytest.raises(ConfigError, match="2 more: safesql config check"):
        load(places(tmp_path, file))
    file = written(tmp_path, 'default_profile = "pp"\n[profiles.p]\nurl = "sqlite://"\n')
    assert "did you mean p?" in findings(places(tmp_path, file))[0].sentence


def test_the_target_comes_from_argument_option_variable_or_default(tmp_path: Path) -> None:
    file = written(tmp_path, WHOLE)
    config = load(places(tmp_path, file))
    assert config.resolve().name == "dev"
    assert config.resolve("prod").name == "prod"
    assert config.resolve(profile="prod").name == "prod"
    assert load(places(tmp_path, file, SAFESQL_PROFILE="prod")).resolve().name == "prod"
    assert load(places(tmp_path, file, SAFESQL_PROFILE="prod")).resolve(":memory:").name == ""
    memory = load(places(tmp_path)).resolve()
    assert (memory.name, memory.target.path, memory.environment) == ("", ":memory:", Environment.DEVELOPMENT)
    with pytest.raises(UsageError, match="not both"):
        config.resolve("prod", "dev")
    with pytest.raises(UsageError, match="no profile and no file"):
        config.resolve("prodd")


def test_a_target_without_a_profile_is_treated_as_production(tmp_path: Path) -> None:
    config = load(places(tmp_path))
    for target in ("postgresql://127.0.0.1/x", str(tmp_path / "x.db")):
        assert config.resolve(target).environment is Environment.PRODUCTION
