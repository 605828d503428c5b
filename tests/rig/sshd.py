"""A throw-away ssh server that lets one key in and forwards; https://man.openbsd.org/sshd_config."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .account import account
from .server import Home, free_port, stop, wait_for


@dataclass(frozen=True, slots=True)
class Bastion:
    """Where it is, and the files of a client that may pass and knows it."""

    port: int
    user: str
    key: Path
    known_hosts: Path


@contextmanager
def sshd(program: Path, folder: Path) -> Iterator[Bastion]:
    """A running server; the client's files are in a folder beside it."""
    home = Home(folder, account("postgres"))
    home.account.own(folder)
    client = folder.with_name(f"{folder.name}-client")
    client.mkdir(mode=0o700)
    key, host_key, port = client / "id", folder / "host", free_port()
    for path in (key, host_key):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path), "-C", "a test"], check=True)
    allowed = folder / "allowed"
    allowed.write_bytes(Path(f"{key}.pub").read_bytes())
    config = folder / "config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host_key}\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {allowed}\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nAllowTcpForwarding local\n"
    )
    for path in (host_key, allowed, config):
        path.chmod(0o600)
        if home.account.uid is not None and home.account.gid is not None:
            os.chown(path, home.account.uid, home.account.gid)
    known = client / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {Path(f'{host_key}.pub').read_text()}")
    uid = os.getuid() if home.account.uid is None else home.account.uid
    process = home.start([str(program), "-D", "-e", "-f", str(config)])
    try:
        wait_for(process, lambda: _answers(port), home)
        yield Bastion(port, pwd.getpwuid(uid).pw_name, key, known)
    finally:
        stop(process, signal.SIGTERM)


def _answers(port: int) -> bool:
    """Whether it takes connections."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
