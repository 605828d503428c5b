"""How much a link is trusted by default: near servers may be asked without TLS, far ones must prove who they are."""

from __future__ import annotations

import re
from pathlib import Path

from safesql.errors import CannotConnect
from safesql.target import Target

VERIFIED = ("verify-ca", "verify-full")

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",          # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",            # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                      # SUSE
    "/etc/ssl/cert.pem",                           # macOS, BSD
)
"""Where systems keep the authorities they trust."""


def tls_mode(target: Target) -> str:
    """What the target says, else ``prefer`` for near servers and ``verify-full`` for all others.

    ``require`` with an authority means that the authority is asked, as libpq has it:
    https://www.postgresql.org/docs/current/libpq-ssl.html#LIBQ-SSL-CERTIFICATES
    """
    mode = target.tls or ("prefer" if target.near else "verify-full")
    return "verify-ca" if mode == "require" and target.tls_ca else mode


def insecure(target: Target, *, encrypted: bool) -> bool:
    """Whether somebody on the way could read along or answer in the server's place."""
    if target.backend == "sqlite" or target.socket:
        return False
    if target.tls == "insecure":
        return True
    return not target.near and not (encrypted and tls_mode(target) in VERIFIED)


def bundle() -> str:
    """The system's file of trusted authorities; empty when there is none where systems keep it."""
    return next((path for path in BUNDLES if Path(path).is_file()), "")


HINTS = (
    (
        ("ostname mismatch", "does not match host name", "IP address mismatch"),
        "connect by the name that the certificate was made for, or ask for its authority alone with tls=verify-ca",
    ),
    (("certificate has expired", "not yet valid"), "the server needs a new certificate, or a clock is wrong"),
    (
        ("certificate verify failed", "CERTIFICATE_VERIFY_FAILED"),
        "it has expired, or its authority is not known here: name that with tls_ca; tls=insecure accepts any",
    ),
)
"""What to do about a certificate, by what OpenSSL says of it; libpq says less than Python."""

RDS = re.compile(r"(global|[a-z]+(-[a-z]+)+-\d)-bundle\.pem|rds-(combined-ca-bundle|ca-\d{4}-root|ca)\.pem")
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""

SHELVES = (".postgresql", ".mysql", ".config/safesql", ".aws", ".")
"""Folders of a home where people keep the file that they downloaded."""


def authority(named: str, home: Path) -> str:
    """The file of authorities that a target names; a bundle of RDS by its known name wherever it is usually kept."""
    path = Path(named)
    if not named or path.exists() or not RDS.fullmatch(path.name):
        return named
    folders = [*(home / shelf for shelf in SHELVES), *(Path(bundle).parent for bundle in BUNDLES)]
    return next((str(folder / path.name) for folder in folders if (folder / path.name).is_file()), named)


NO_PASSWORD = ("no password supplied", "using password: NO")
"""How PostgreSQL and MySQL say that a password would have helped."""


NOT_TAKEN = (
    "password authentication failed",              # PostgreSQL, 28P01; of PAM, LDAP and RADIUS as well, 28000
    "PAM authentication failed",
    "LDAP authentication failed",
    "RADIUS authentication failed",
    "GSSAPI authentication failed",
    "using password: YES",                         # MySQL and MariaDB, 1045
    "password has expired",                        # 1862
)
"""How they say that a password is wrong, or no longer right."""


def cannot_connect(target: Target, why: str) -> CannotConnect:
    """The error for a failed connection, in one line, whatever the driver says, and never with the password."""
    words = " ".join(why.split())
    if target.password:
        words = words.replace(target.password, "***")
    hint = next((f"; {hint}" for signs, hint in HINTS if any(sign in words for sign in signs)), "")
    wanted = target.password is None and any(sign in words for sign in NO_PASSWORD)
    wrong = target.password is not None and any(sign in words for sign in NOT_TAKEN)
    said = f"cannot connect to {target.label}: {words}{hint}"
    return CannotConnect(said, wants_password=wanted, wrong_password=wrong)
