"""Signatures by SSH keys, checked with the system's ssh-keygen, which does not need a network for it."""

from __future__ import annotations

from pathlib import Path

SECONDS = 10.0


def signer(data: bytes, signature: Path, signers: Path, namespace: str) -> str:
    """Who signed the bytes, by a file in the form of ALLOWED SIGNERS; empty when nobody in it did, or nobody can say.

    https://man.openbsd.org/ssh-keygen.1#ALLOWED_SIGNERS
    """
    found = _asked(["-Y", "find-principals", "-s", str(signature), "-f", str(signers)], b"")
    for name in (found or b"").decode("utf-8", "replace").splitlines():
        whose = ["-f", str(signers), "-I", name, "-n", namespace, "-s", str(signature)]
        if _asked(["-Y", "verify", *whose], data) is not None:
            return name
    return ""


def _asked(arguments: list[str], data: bytes) -> bytes | None:
    """What ssh-keygen says; None when it refuses, is missing, or takes too long."""
    import subprocess

    command = ["ssh-keygen", *arguments]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
