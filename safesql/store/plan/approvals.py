"""Approvals of a plan: detached SSH signatures beside it, made and verified by the system's ssh-keygen, offline."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from safesql.errors import UsageError
from safesql.slotted import dataclass
from safesql.store.private import why

NAMESPACE = "safesql-plan"
"""What such a signature is for: nothing that was signed for another purpose counts here."""
SECONDS = 20.0
WAIT = 300.0              # a person may have to type a passphrase, or touch a token
LARGEST = 65_536          # bytes of a signature
KEY = re.compile(r"SHA256:[A-Za-z0-9+/=]+")


@dataclass(frozen=True, slots=True)
class Approval:
    """One signature: ``names`` are who made it, by all lists of allowed signers; else ``reason`` says why nobody did.

    ``key`` is the fingerprint of the key, where the signature is one of these bytes.
    """

    file: Path
    names: tuple[str, ...] = ()
    reason: str = ""
    key: str = ""


def signatures(plan: Path) -> tuple[Path, ...]:
    """The signatures beside a plan: ``PLAN.sig``, as ssh-keygen itself calls it, and ``PLAN.NAME.sig``."""
    ours = re.compile(re.escape(plan.name) + r"(\..+)?\.sig")
    try:
        return tuple(sorted(each for each in plan.parent.iterdir() if ours.fullmatch(each.name) and each.is_file()))
    except OSError as error:
        raise UsageError(f"the folder of {plan} cannot be read: {why(error)}") from error


def verified(data: bytes, signature: Path, signers: Sequence[Path]) -> Approval:
    """Who signed these bytes, at this moment: a name counts that every file of allowed signers has for the key.

    Raises UsageError when there is no ssh-keygen. https://man.openbsd.org/ssh-keygen.1#ALLOWED_SIGNERS
    """
    try:
        if signature.stat().st_size > LARGEST:
            return Approval(signature, reason="it is too large for a signature")
    except OSError as error:
        return Approval(signature, reason=f"it cannot be read: {why(error)}")
    made = _ssh_keygen(["-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)], data)
    if made.returncode:
        return Approval(signature, reason=f"it is no signature of this plan as it is now ({_words(made)})")
    key = next(iter(KEY.findall(made.stdout.decode("utf-8", "replace"))), "")
    found: set[str] | None = None
    for file in signers:
        names, reason = _names(data, signature, file)
        if not names:
            return Approval(signature, reason=f"{file} does not allow its key {key}: {reason}", key=key)
        found = names if found is None else found & names
    if not found:
        return Approval(signature, reason=f"no name has the key {key} in every list of allowed signers", key=key)
    return Approval(signature, tuple(sorted(found)), key=key)


def sign(data: bytes, key: Path) -> bytes:
    """The signature of these bytes; ``key`` is a private key, or a public one whose private half an agent has.

    ssh-keygen asks for a passphrase on the terminal by itself. Raises UsageError.
    """
    done = _ssh_keygen(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], data, WAIT)
    if done.returncode or not done.stdout:
        raise UsageError(f"{key} could not sign: {_words(done)}")
    return done.stdout


def agent_keys() -> tuple[str, ...]:
    """The public keys that a running ssh-agent has, a line each."""
    try:
        done = subprocess.run(["ssh-add", "-L"], capture_output=True, timeout=SECONDS, check=False)  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return ()
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return tuple(line for line in lines if not done.returncode and line.count(" "))


def sign_by_agent(data: bytes, public: str) -> bytes:
    """The signature by a key that only an agent has, by its public line."""
    with tempfile.TemporaryDirectory(prefix="safesql-") as folder:
        key = Path(folder) / "key.pub"
        key.write_text(f"{public}\n", "utf-8")
        return sign(data, key)


def write_signature(plan: Path, name: str, signature: bytes) -> Path:
    """Put a signature beside its plan, under the name of who made it; raises UsageError.

    It takes the place of one by the same key; that of another key stays, whatever it is called.
    """
    plain = re.sub(r"[^A-Za-z0-9@._+-]", "_", name).strip(".") or "approval"
    try:
        for number in count(1):
            path = plan.with_name(f"{plan.name}.{plain}{f'-{number}' if number > 1 else ''}.sig")
            if not path.exists() or _key_of(path.read_bytes()) == _key_of(signature):
                break
        fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            fresh.write_bytes(signature)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {why(error)}") from error
    return path


def _key_of(signature: bytes) -> bytes:
    """The public key in a signature; nothing where that cannot be read.

    https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig: "SSHSIG", a version, and then the key.
    """
    words = signature.split()
    try:
        blob = b64decode(b"".join(words[words.index(b"SIGNATURE-----") + 1 : words.index(b"-----END")]))
        return blob[14 : 14 + int.from_bytes(blob[10:14], "big")]
    except ValueError:
        return b""


def _names(data: bytes, signature: Path, signers: Path) -> tuple[set[str], str]:
    """Who in one list has the key, now and for plans; or why nobody."""
    if not signers.is_file():
        return set(), "there is no such file"
    listed = _ssh_keygen(["-Y", "find-principals", "-s", str(signature), "-f", str(signers)], b"")
    if listed.returncode:
        return set(), _words(listed)
    names, reason = set(), "nobody there has it"
    for name in dict.fromkeys(listed.stdout.decode("utf-8", "replace").replace(",", "\n").split("\n")):
        whose = ["-f", str(signers), "-I", name.strip(), "-n", NAMESPACE, "-s", str(signature)]
        done = _ssh_keygen(["-Y", "verify", *whose], data) if name.strip() else None
        if done is not None and not done.returncode:
            names.add(name.strip())
        elif done is not None:
            reason = _words(done)
    return names, reason


def _ssh_keygen(arguments: list[str], data: bytes, seconds: float = SECONDS) -> subprocess.CompletedProcess[bytes]:
    """What ssh-keygen says; raises UsageError when it is missing or takes too long."""
    command = ["ssh-keygen", *arguments]
    try:
        return subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise UsageError("ssh-keygen did not answer; nothing was signed or verified") from error
    except OSError as error:
        raise UsageError(
            f"ssh-keygen cannot be started ({why(error)}), and approvals are made and verified by it; install OpenSSH"
        ) from error


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last thing that ssh-keygen complained about, without its line end."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removesuffix(".") if lines else f"ssh-keygen ended with {done.returncode}"
