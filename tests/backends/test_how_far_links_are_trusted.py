"""What a target becomes for libpq and PyMySQL: words from elsewhere may tighten a link, and never loosen it."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from safesql.backends.mysql.opening import tls_of
from safesql.backends.postgres.conninfo import authorities, conninfo
from safesql.backends.trust import authority, bundle, insecure, tls_mode
from safesql.config.client_environment import with_environment
from safesql.errors import CannotConnect
from safesql.target import Target

FAR = Target("postgres", host="db.example.com", tls_ca="/ca.pem")
NEAR = Target("postgres", host="127.0.0.1")

LOGINS = [
    (NEAR, "", "!password"),
    (NEAR, "scram-sha-256", "scram-sha-256"),
    (NEAR, "!md5", "!md5,!password"),
    (NEAR, "!password,!md5", "!password,!md5"),
    (NEAR, "password", "password"),                  # somebody wrote it down for a server on this machine
    (replace(FAR, tls="insecure"), "!md5", "!md5,!password"),
    (replace(FAR, tls="insecure"), "scram-sha-256,gss", "scram-sha-256,gss"),
    (replace(FAR, tls="verify-full"), "password", "password"),
]


@pytest.mark.parametrize(("target", "asked", "told"), LOGINS)
def test_a_server_that_did_not_prove_who_it_is_may_not_ask_for_the_password(target: Target, asked: str, told: str) -> None:
    options = (("require_auth", asked),) if asked else ()
    assert conninfo(replace(target, options=options))["require_auth"] == told


@pytest.mark.parametrize("asked", ["password", "scram-sha-256, password"])
def test_a_far_one_may_not_even_when_a_service_says_so(asked: str) -> None:
    with pytest.raises(CannotConnect, match="verify-full"):
        conninfo(replace(FAR, tls="insecure", options=(("require_auth", asked),)))


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_the_environment_never_loosens_the_link_to_a_far_server(mode: str) -> None:
    found = with_environment(Target("postgres", host="db.example.com", dialect="postgres"), {"PGSSLMODE": mode})
    assert tls_mode(found) == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca", "verify-full"])
def test_the_environment_is_heard_for_a_near_server_and_the_one_it_names_never_against_the_target(mode: str) -> None:
    near = Target("postgres", host="localhost", dialect="postgres")
    assert tls_mode(with_environment(near, {"PGSSLMODE": mode})) == mode
    hosted = with_environment(Target("postgres", dialect="postgres"), {"PGSSLMODE": mode, "PGHOST": "db.example.com"})
    assert tls_mode(hosted) == mode
    far = Target("postgres", host="db.example.com", dialect="postgres", tls="require")
    assert tls_mode(with_environment(far, {"PGSSLMODE": mode})) == "require"


@pytest.mark.parametrize("backend", ["postgres", "mysql"])
def test_an_authority_that_is_named_is_asked(backend: str) -> None:
    assert tls_mode(Target(backend, host="db.example.com", tls="require", tls_ca="/ca.pem")) == "verify-ca"
    assert tls_mode(Target(backend, host="db.example.com", tls="require")) == "require"
    assert tls_mode(Target(backend, host="db.example.com", tls="insecure", tls_ca="/ca.pem")) == "insecure"


def test_mysql_asks_the_authority_that_is_named() -> None:
    file = bundle()
    assert file, "this system keeps no authorities where systems keep them"
    context = tls_of(Target("mysql", host="db.example.com", tls="require", tls_ca=file))["ssl"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert not context.check_hostname


def test_without_any_authority_verify_ca_says_what_to_name(tmp_path: Path) -> None:
    target = Target("postgres", host="db.example.com", tls="verify-ca")
    assert authorities(target, tmp_path, "/etc/bundle.pem") == {"sslrootcert": "/etc/bundle.pem"}
    with pytest.raises(CannotConnect, match="tls_ca"):
        authorities(target, tmp_path, "")
    assert authorities(replace(target, tls="verify-full"), tmp_path, "") == {"sslrootcert": "system"}
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").touch()
    assert authorities(target, tmp_path, "") == {}


@pytest.mark.parametrize("name", [
    "global-bundle.pem", "eu-west-1-bundle.pem", "us-gov-west-1-bundle.pem", "rds-combined-ca-bundle.pem",
    "rds-ca-2019-root.pem", "rds-ca.pem",
])  # fmt: skip
def test_a_bundle_of_rds_is_found_by_its_name_where_people_keep_it(tmp_path: Path, name: str) -> None:
    assert authority(f"/nowhere/{name}", tmp_path) == f"/nowhere/{name}"
    (tmp_path / ".mysql").mkdir()
    (tmp_path / ".mysql" / name).touch()
    assert authority(f"/nowhere/{name}", tmp_path) == str(tmp_path / ".mysql" / name)
    (tmp_path / name).touch()
    assert authority(str(tmp_path / name), tmp_path) == str(tmp_path / name)
    assert authority("", tmp_path) == ""


def test_no_other_file_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / "company.pem").touch()
    assert authority("/nowhere/company.pem", tmp_path) == "/nowhere/company.pem"


LINKS = [
    (Target("postgres", host="127.0.0.1"), False, False),
    (Target("postgres", host="127.8.9.1"), False, False),
    (Target("mysql", socket="/run/x"), False, False),
    (Target("mysql", host="localhost", tls="insecure"), True, True),
    (Target("mysql", host="db.example.com"), True, False),
    (Target("mysql", host="db.example.com", tls="verify-ca"), True, False),
    (Target("mysql", host="db.example.com", tls="require", tls_ca="/ca.pem"), True, False),
    (Target("mysql", host="db.example.com", tls="require"), True, True),
    (Target("mysql", host="db.example.com", tls="prefer"), True, True),
    (Target("mysql", host="db.example.com", tls="disable"), False, True),
    (Target("sqlite", path="/x.db"), False, False),
]


@pytest.mark.parametrize(("target", "encrypted", "expected"), LINKS)
def test_a_far_link_is_insecure_unless_it_is_encrypted_and_its_server_proved_itself(
    target: Target, encrypted: bool, expected: bool
) -> None:
    assert insecure(target, encrypted=encrypted) is expected
