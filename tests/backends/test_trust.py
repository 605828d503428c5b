"""Whom a session trusts: far servers must prove who they are, and nobody else is given a password or a file."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from safesql.backends import connect
from safesql.backends.trust import tls_mode
from safesql.errors import CannotConnect, StatementFailed
from safesql.target import Target

if TYPE_CHECKING:
    from tests.backends.conftest import Proxy, Speaker

PASSWORD = "tr0ub4dor"
ELSEWHERE = "127.1"
"""Reaches this machine, and is not one of its names: a far server, as far as safesql can tell."""

PLACES = [
    (Target("postgres"), True),
    (Target("postgres", host="localhost"), True),
    (Target("mysql", host="127.0.0.1"), True),
    (Target("mysql", host="127.8.9.1"), True),
    (Target("mysql", host="::1"), True),
    (Target("mysql", host="db.example.com", socket="/run/x"), True),
    (Target("mysql", host="db.example.com"), False),
    (Target("mysql", host="localhost.example.com"), False),
    (Target("mysql", host="10.0.0.1"), False),
    (Target("mysql", host="::2"), False),
    (Target("mysql", host=ELSEWHERE), False),
]


@pytest.mark.parametrize(("target", "is_near"), PLACES, ids=lambda value: getattr(value, "label", None))
def test_far_servers_are_verified_unless_told_otherwise(target: Target, is_near: bool) -> None:
    assert target.near is is_near
    assert tls_mode(target) == ("prefer" if is_near else "verify-full")
    assert tls_mode(replace(target, tls="insecure")) == "insecure"


def greeting(plugin: bytes, *, tls: bool) -> bytes:
    """What a MySQL server says first."""
    able = 0x000FFFFF if tls else 0x000FFFFF & ~0x0800
    body = b"\x0a10.11.19-MariaDB\0" + struct.pack("<I", 7) + b"12345678\0" + struct.pack("<H", able & 0xFFFF)
    body += b"\x2d\x02\x00" + struct.pack("<H", able >> 16) + bytes([21]) + b"\0" * 10 + b"123456789012\0" + plugin + b"\0"
    return packet(0, body)


def packet(number: int, body: bytes) -> bytes:
    """A framed packet."""
    return len(body).to_bytes(3, "little") + bytes([number]) + body


class Rogue:
    """A server that is not what it seems; ``heard`` is all that it was told."""

    def __init__(self, talk: Callable[[Rogue, socket.socket], None]) -> None:
        self.heard = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self._talk = talk
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def hear(self, link: socket.socket, most: int = 65536) -> bytes:
        """The next words of the client."""
        data = link.recv(most)
        self.heard += data
        return data

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self.listener.accept()
                link.settimeout(5)
                with link, suppress(OSError):
                    self._talk(self, link)

    def close(self) -> None:
        """Leave, when everything was heard."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)      # wakes the thread that waits for clients
        self.listener.close()
        self._thread.join(10)


@pytest.fixture
def rogue() -> Iterator[Callable[[Callable[[Rogue, socket.socket], None]], Rogue]]:
    """Starts rogues that are stopped at the end."""
    started: list[Rogue] = []

    def start(talk: Callable[[Rogue, socket.socket], None]) -> Rogue:
        started.append(Rogue(talk))
        return started[-1]

    yield start
    for one in started:
        one.close()


def asks_postgres_password(self: Rogue, link: socket.socket) -> None:
    """AuthenticationCleartextPassword, without TLS."""
    if self.hear(link)[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):       # asks for TLS or GSSAPI
        link.sendall(b"N")
        self.hear(link)
    link.sendall(b"R" + struct.pack("!II", 8, 3))
    self.hear(link)


def asks_mysql_password(plugin: bytes) -> Callable[[Rogue, socket.socket], None]:
    """A request to change to a way of logging in that shows the password, without TLS."""

    def talk(self: Rogue, link: socket.socket) -> None:
        link.sendall(greeting(b"mysql_native_password", tls=False))
        self.hear(link)
        link.sendall(packet(2, b"\xfe" + plugin + b"\0" + b"\x02Password: "))
        self.hear(link)

    return talk


@pytest.mark.parametrize("tls", ["", "prefer", "disable"])
def test_a_postgres_that_asks_for_the_password_in_clear_text_is_not_told(
    rogue: Callable[..., Rogue], tls: str
) -> None:
    server = rogue(asks_postgres_password)
    target = Target("postgres", host="127.0.0.1", port=server.port, user="u", database="d", password=PASSWORD, tls=tls)
    with pytest.raises(CannotConnect):
        connect(target)
    assert server.heard
    assert PASSWORD.encode() not in server.heard


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog", b"mysql_old_password"])
def test_a_mysql_that_asks_for_the_password_in_clear_text_is_not_told(rogue: Callable[..., Rogue], plugin: bytes) -> None:
    server = rogue(asks_mysql_password(plugin))
    with pytest.raises(CannotConnect, match="clear text"):
        connect(Target("mysql", host="127.0.0.1", port=server.port, user="u", password=PASSWORD))
    assert b"u\0" in server.heard
    assert PASSWORD.encode() not in server.heard


@pytest.mark.parametrize("tls", ["", "verify-full", "verify-ca", "require", "insecure"])
def test_a_far_mysql_without_tls_is_not_even_told_the_user(rogue: Callable[..., Rogue], tls: str) -> None:
    server = rogue(asks_mysql_password(b"mysql_clear_password"))
    with pytest.raises(CannotConnect, match="SSL"):
        connect(Target("mysql", host=ELSEWHERE, port=server.port, user="unusual", password=PASSWORD, tls=tls))
    assert b"unusual" not in server.heard


def test_a_far_postgres_without_tls_is_not_even_told_the_user(rogue: Callable[..., Rogue]) -> None:
    server = rogue(asks_postgres_password)
    with pytest.raises(CannotConnect, match="SSL"):
        connect(Target("postgres", host=ELSEWHERE, port=server.port, user="unusual", password=PASSWORD))
    assert b"unusual" not in server.heard


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a certificate that it signed for itself, for 127.0.0.1."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rogue")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "rogue.pem"
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + made.public_bytes(pem))
    return path


def over_tls(certificate: Path) -> Callable[[Rogue, socket.socket], None]:
    """A MySQL that speaks TLS and then asks for the password."""

    def talk(self: Rogue, link: socket.socket) -> None:
        link.sendall(greeting(b"mysql_native_password", tls=True))
        self.hear(link, 36)                                # what asks for TLS; its own first words may follow at once
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(link, server_side=True) as inside:
            self.hear(inside)
            inside.sendall(packet(3, b"\xfemysql_clear_password\0"))
            self.hear(inside)

    return talk


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_way_out_is_named(
    rogue: Callable[..., Rogue], certificate: Path
) -> None:
    server = rogue(over_tls(certificate))
    with pytest.raises(CannotConnect, match="tls_ca"):
        connect(Target("mysql", host=ELSEWHERE, port=server.port, user="u", password=PASSWORD))
    assert PASSWORD.encode() not in server.heard


def test_a_certificate_for_another_name_is_refused_only_in_full(rogue: Callable[..., Rogue], certificate: Path) -> None:
    server = rogue(over_tls(certificate))
    there = Target("mysql", host="localhost", port=server.port, user="u", password=PASSWORD, tls_ca=str(certificate))
    with pytest.raises(CannotConnect, match=r"(?i)hostname|certificate"):
        connect(replace(there, tls="verify-full"))
    assert PASSWORD.encode() not in server.heard
    with pytest.raises(CannotConnect):
        connect(replace(there, tls="verify-ca"))
    assert PASSWORD.encode() in server.heard              # it proved who it is, by the authority that was named


def test_an_unverified_link_is_no_place_for_a_password_in_clear_text(
    rogue: Callable[..., Rogue], certificate: Path
) -> None:
    server = rogue(over_tls(certificate))
    with pytest.raises(CannotConnect, match="clear text"):
        connect(Target("mysql", host=ELSEWHERE, port=server.port, user="u", password=PASSWORD, tls="insecure"))
    assert PASSWORD.encode() not in server.heard


def test_an_authority_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pem", Path(__file__)):
        with pytest.raises(CannotConnect, match="tls_ca"):
            connect(Target("mysql", host="127.0.0.1", port=1, tls="verify-full", tls_ca=str(path)))


def test_a_mysql_that_asks_for_a_file_gets_an_empty_one(
    mariadb_target: Target, session: Callable[[Target], Speaker],
    through: Callable[[Target, Proxy], Target], proxy_of: Callable[..., Proxy],
) -> None:
    def answer(data: bytes) -> bytes | None:
        if b"SELECT 'bait'" in data:
            return packet(1, b"\xfb/etc/passwd")
        return packet(3, b"\0\0\0\x02\0\0\0") if data == b"\0\0\0\x02" else None

    proxy = proxy_of(mariadb_target, answer=answer)
    my = session(through(mariadb_target, proxy))
    with pytest.raises(StatementFailed, match="never sent"):
        my("SELECT 'bait'")
    assert b"\0\0\0\x02" in proxy.heard
    assert not any(b"root:" in heard for heard in proxy.heard)
    assert my.value("SELECT 1") == "1"


@pytest.mark.parametrize("backend", ["postgres", "mysql"])
def test_a_server_that_says_nothing_is_given_up(rogue: Callable[..., Rogue], backend: str) -> None:
    server = rogue(lambda self, link: (self.hear(link), self.hear(link), None)[2])
    target = Target(backend, host="127.0.0.1", port=server.port, user="u", database="d", connect_timeout=1)
    with pytest.raises(CannotConnect):
        connect(target)
