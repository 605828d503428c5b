"""Certificates for servers of tests: right ones, and one of each wrong kind."""

from __future__ import annotations

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .account import Account

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

NAME = "127.1"
"""Reaches this machine, and is not one of its names: a far server, as far as safesql can tell."""
KINDS = ("right", "wrong name", "wrong authority", "expired")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs."""

    key: EllipticCurvePrivateKey
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Certificates:
    """A folder with ``ca.pem``, whom clients trust, and what the server shows: ``server.pem`` and ``server.key``."""

    folder: Path
    account: Account
    trusted: Authority
    other: Authority

    @property
    def ca(self) -> Path:
        """The authority that clients trust."""
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        """What the server shows."""
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        """The server's own."""
        return self.folder / "server.key"

    def show(self, kind: str) -> None:
        """From the server's next reload on, it shows a certificate of this kind."""
        signer = self.other if kind == "wrong authority" else self.trusted
        name = "db.example.com" if kind == "wrong name" else NAME
        made, key = _signed(signer, name, old=kind == "expired")
        self._put(self.key, _private(key))
        self._put(self.server, _pem(made))

    def _put(self, path: Path, data: bytes) -> None:
        """A file of the server's account."""
        path.write_bytes(data)
        path.chmod(0o600)
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(path, self.account.uid, self.account.gid)


def certificates(folder: Path, account: Account) -> Certificates:
    """A new folder with a right certificate."""
    account.own(folder)
    folder.chmod(0o755)
    made = Certificates(folder, account, _authority("trusted"), _authority("other"))
    made.ca.write_bytes(_pem(made.trusted.certificate))
    made.show("right")
    return made


def _authority(name: str) -> Authority:
    """Signed by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{name} authority of a test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30)).not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return Authority(key, made)


def _signed(by: Authority, name: str, *, old: bool) -> tuple[Certificate, EllipticCurvePrivateKey]:
    """A server's certificate for a name, and for the address that NAME means where it is that."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == NAME:
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    now = datetime.datetime.now(datetime.UTC)
    end = now - datetime.timedelta(days=1) if old else now + datetime.timedelta(days=7)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(by.certificate.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=20)).not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(by.key, hashes.SHA256())
    )  # fmt: skip
    return made, key


def _pem(certificate: Certificate) -> bytes:
    """As servers read it."""
    from cryptography.hazmat.primitives import serialization

    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: EllipticCurvePrivateKey) -> bytes:
    """As servers read it."""
    from cryptography.hazmat.primitives import serialization

    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain)
