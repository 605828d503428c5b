"""Plans as files: the canonical text under a head for people, sealed by a digest over every byte of it."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from safesql.errors import Drift, UsageError
from safesql.slotted import dataclass
from safesql.store.plan.canonical import plan_of, text_of
from safesql.store.plan.plan import Plan
from safesql.store.private import why

HEAD = (
    "# A plan made by safesql: what these files would do to this target, for review.\n"
    "# Read it, do not edit it: safesql approve signs it as it is, safesql apply refuses it when a byte differs.\n"
)
SEAL = "# sha256 of all above: "
LARGEST = 256 * 1024 * 1024       # bytes; a plan is read whole


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan with the very bytes it was read from, which are what approvals sign."""

    path: Path
    data: bytes
    plan: Plan

    @property
    def digest(self) -> str:
        """By which the ledger knows it."""
        return sha256(self.data).hexdigest()


def bytes_of(plan: Plan) -> bytes:
    """The whole file."""
    body = (HEAD + text_of(plan)).encode()
    return body + f"{SEAL}{sha256(body).hexdigest()}\n".encode()


def read_plan(path: Path) -> PlanFile:
    """A plan; raises UsageError where there is none to read, Drift when it is not what safesql wrote."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {why(error)}") from error
    if len(data) > LARGEST:
        raise UsageError(f"{path} is too large for a plan")
    return PlanFile(path, data, _opened(data, str(path)))


def write_plan(path: Path, plan: Plan) -> PlanFile:
    """Write the file as a whole, in the place of an older plan only; raises UsageError."""
    data = bytes_of(plan)
    if path.exists() and not _is_plan(path):
        raise UsageError(f"{path} exists and is no plan; choose another name, it is not overwritten")
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {why(error)}") from error
    finally:
        fresh.unlink(missing_ok=True)               # whatever ended this, Ctrl-C too
    return PlanFile(path, data, plan)


def _opened(data: bytes, name: str) -> Plan:
    """The plan in these bytes."""
    body, seal = data[: data.rfind(SEAL.encode())], data[data.rfind(SEAL.encode()) :]
    if SEAL.encode() not in data or not body.startswith(HEAD.encode()):
        raise Drift(f"{name} is no plan of safesql, or a part of it is missing; make it again with safesql plan")
    if seal != f"{SEAL}{sha256(body).hexdigest()}\n".encode():
        raise Drift(f"{name} was changed after it was made; make it again with safesql plan, and have that approved")
    try:
        return plan_of(body.decode()[len(HEAD) :])
    except ValueError as error:
        raise Drift(f"{name} cannot be used: {error}; make it again with safesql plan") from error


def _is_plan(path: Path) -> bool:
    """Whether a plan stands there, whatever became of it."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEAD)) in (HEAD.encode(), b"")
    except OSError:
        return False
