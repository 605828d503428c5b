"""Where a password comes from, first come first served; it lives in ``Target.password`` and nowhere else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from safesql.config import mycnf, pgpass
from safesql.slotted import dataclass, replace
from safesql.target import Target

LONGEST = 1 << 20          # bytes of a password file that are read
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Passwords:
    """The ports: ``warn`` takes a sentence for the user, ``prompt`` asks at the terminal (None: nobody is there)."""

    environ: Mapping[str, str]
    warn: Callable[[str], None]
    prompt: Callable[[str], str | None] | None = None

    def given(self, target: Target, command: Sequence[str] = (), keyring: str = "") -> Target:
        """The target with the password that can be had without a question, or as it is when there is none.

        Raises CannotConnect when ``command``, the profile's password_command, does not give one, or the service of
        that name in the keyring.
        """
        if target.backend == "sqlite":
            return target
        if command:
            from safesql.config.password_command import run_password_command  # subprocess is slow to load

            return replace(target, password=run_password_command(command, target, self.environ))
        if keyring:
            from safesql.config.keyring_password import keyring_password

            return replace(target, password=keyring_password(keyring, target))
        if target.password is not None:
            self.warn("the password stands in the URL, where others may see it; better a password_command or a prompt")
            return target
        password = self._of_the_clients(target)
        return target if password is None else replace(target, password=password)

    def asked(self, target: Target) -> Target | None:
        """The target with what is typed, for when the server wants a password; None when nobody typed one."""
        typed = self.prompt(f"password for {target.label}: ") if self.prompt else None
        return None if typed is None else replace(target, password=typed)

    def _of_the_clients(self, target: Target) -> str | None:
        """Where psql and mysql find theirs: a variable, then a file."""
        postgres = target.backend == "postgres"
        variable = self.environ.get("PGPASSWORD" if postgres else "MYSQL_PWD")
        if variable:
            return variable
        home = Path(self.environ.get("HOME") or Path.home())
        if not postgres:
            return self._of_mysql(home, target)
        named = dict(target.options).get("passfile") or self.environ.get("PGPASSFILE")
        text = self._private_text(Path(named) if named else home / ".pgpass")
        return None if text is None else pgpass.password_in(text, target)

    def _of_mysql(self, home: Path, target: Target) -> str | None:
        """The login file comes last for MySQL's own client, so that it is what counts."""
        if target.dialect == "mysql":
            from safesql.config.login_path import unnamed

            password = mycnf.password_of(unnamed(self.environ), target)
            if password is not None:
                return password
        return mycnf.password_in(home / ".my.cnf", self._private_text, target)

    def _private_text(self, file: Path) -> str | None:
        """What a password file says, unless others may read it or it is no file: then a warning, as libpq gives."""
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:
            return None
        refusal = _refusal(os.fstat(descriptor), file)
        if refusal:
            os.close(descriptor)
            self.warn(refusal)
            return None
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(LONGEST).decode(errors="surrogateescape")


def _refusal(found: os.stat_result, file: Path) -> str:
    """Why a password file is not read, or nothing."""
    if not stat.S_ISREG(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
        return f"{file} is not read: it is no regular file of yours"
    if found.st_mode & _OTHERS:
        return f"{file} is not read: others have access to it; run chmod 600 {file}"
    return ""
