"""Run the program that knows a password."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from time import monotonic

from safesql.errors import CannotConnect
from safesql.target import Target

SECONDS = 10.0
LONGEST = 65_536           # bytes of output that are read at most


def run_password_command(
    command: Sequence[str], target: Target, environ: Mapping[str, str], seconds: float = SECONDS
) -> str:
    """The first line it prints: no shell, no input; its error output goes to ours and is kept nowhere.

    It sees where the connection goes as SAFESQL_HOST, SAFESQL_PORT, SAFESQL_USER and SAFESQL_DATABASE. Raises
    CannotConnect when it cannot be started, fails, takes too long or prints nothing.
    """
    place = {
        "SAFESQL_HOST": target.host or target.socket,
        "SAFESQL_PORT": str(target.port or ""),
        "SAFESQL_USER": target.user,
        "SAFESQL_DATABASE": target.database,
    }
    try:
        process = subprocess.Popen(  # noqa: S603 - an argument list from a file that only the user or root can write
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={**environ, **place},
            start_new_session=True,
        )
    except OSError as error:
        raise CannotConnect(f"password_command cannot start {command[0]}: {(error.strerror or '').lower()}") from error
    until = monotonic() + seconds
    try:
        output = _output(process, until)
        code = process.wait(max(0.0, until - monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired) as error:
        raise CannotConnect(f"password_command {command[0]} did not answer in {seconds:g} seconds") from error
    finally:
        _end(process)
    if code:
        raise CannotConnect(f"password_command {command[0]} failed with exit code {code}")
    return _first_line(output, command[0])


def _output(process: subprocess.Popen[bytes], until: float) -> bytes:
    """What it prints until it closes its output; raises TimeoutError, CannotConnect when that is too much."""
    output = b""
    if process.stdout is None:
        return output
    with DefaultSelector() as ready:
        ready.register(process.stdout, EVENT_READ)
        while len(output) <= LONGEST:
            if not ready.select(max(0.0, until - monotonic())):
                raise TimeoutError
            block = os.read(process.stdout.fileno(), LONGEST)
            if not block:
                return output
            output += block
    raise CannotConnect(f"password_command printed more than {LONGEST:,} bytes, which is no password")


def _end(process: subprocess.Popen[bytes]) -> None:
    """A program that is still there is stopped, with those it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _first_line(output: bytes, program: str) -> str:
    """The password itself."""
    try:
        line = output.split(b"\n")[0].rstrip(b"\r").decode()
    except UnicodeDecodeError:            # its text would be a part of a traceback
        raise CannotConnect(f"password_command {program} printed something that is not UTF-8") from None
    if not line or "\0" in line:
        raise CannotConnect(f"password_command {program} printed no password on its first line")
    return line
