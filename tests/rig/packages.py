"""Install what is missing where that needs no question; else say the one command to type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .trouble import Trouble

BREW = {"postgresql": "postgresql@17", "mariadb-server": "mariadb"}


def install(packages: list[str]) -> None:
    """Install Debian packages without starting the services they bring; raises Trouble where we may not."""
    apt = shutil.which("apt-get")
    sudo = _sudo()
    if apt is None or sudo is None:
        raise Trouble(f"{' and '.join(packages)} not found; type: {_command(packages)}")
    print(f"tests/run: installing {' '.join(packages)}", file=sys.stderr, flush=True)
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    with _services_left_alone(sudo):
        _run([*sudo, *environment, apt, "update", "-qq"], packages)
        _run([*sudo, *environment, apt, "install", "-qq", "-y", "--no-install-recommends", *packages], packages)


def _command(packages: list[str]) -> str:
    """What a person types to install them."""
    if sys.platform == "darwin":
        return "brew install " + " ".join(BREW.get(package, package) for package in packages)
    if shutil.which("dnf"):
        return "sudo dnf install postgresql-server mariadb-server"
    return "sudo apt-get install " + " ".join(packages)


def _sudo() -> list[str] | None:
    """The words before a command that needs root: none as root, sudo where it asks nothing, else None."""
    if os.getuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _run(command: list[str], packages: list[str]) -> None:
    """Run quietly; show the end of the output when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Trouble(f"apt-get failed; type: {_command(packages)}\n{done.stdout[-2000:]}")


@contextmanager
def _services_left_alone(sudo: list[str]) -> Iterator[None]:
    """Forbid the packages' scripts to start their services; a policy that is already there is left as it is.

    https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
    """
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    write = f"printf '#!/bin/sh\\nexit 101\\n' > {policy} && chmod 755 {policy}"
    subprocess.run([*sudo, "sh", "-c", write], check=True)
    try:
        yield
    finally:
        subprocess.run([*sudo, "rm", "-f", str(policy)], check=False)
