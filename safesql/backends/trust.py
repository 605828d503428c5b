"""How much a link is trusted by default: near servers may be asked without TLS, far ones must prove who they are."""

from __future__ import annotations

from ipaddress import ip_address
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


def near(target: Target) -> bool:
    """Whether the bytes stay on this machine: a socket, or a loopback address."""
    if target.socket or target.host in ("", "localhost"):
        return True
    try:
        return ip_address(target.host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def tls_mode(target: Target) -> str:
    """What the target says, else ``prefer`` for near servers and ``verify-full`` for all others."""
    return target.tls or ("prefer" if near(target) else "verify-full")


def bundle() -> str:
    """The system's file of trusted authorities; empty when there is none where systems keep it."""
    return next((path for path in BUNDLES if Path(path).is_file()), "")


NO_PASSWORD = ("no password supplied", "using password: NO")
"""How PostgreSQL and MySQL say that a password would have helped."""


def cannot_connect(target: Target, why: str) -> CannotConnect:
    """The error for a failed connection, in one line, whatever the driver says, and never with the password."""
    words = " ".join(why.split())
    if target.password:
        words = words.replace(target.password, "***")
    hint = ""
    if "certificate verify failed" in words or "CERTIFICATE_VERIFY_FAILED" in words:
        hint = "; name its authority with tls_ca, or accept any certificate with tls=insecure"
    wanted = target.password is None and any(sign in words for sign in NO_PASSWORD)
    return CannotConnect(f"cannot connect to {target.label}: {words}{hint}", wants_password=wanted)
