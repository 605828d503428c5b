"""Where the servers' programs are, on Debian, Fedora, macOS with Homebrew, or in PATH."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPANIONS = {
    "zsh": ("zsh",), "fish": ("fish",), "groff-base": ("groff", "mandoc"), "pgbouncer": ("pgbouncer",),
    "openssh-server": ("/usr/sbin/sshd", "sshd"), "less": ("less",), "pspg": ("pspg",), "git": ("git",),
}  # fmt: skip
"""Packages of Debian for tests of completions, the manual page, a pooler, tunnels, pagers and clones, and programs that will do."""

BREWS = ("/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt")


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """The programs of one installation."""

    initdb: Path
    postgres: Path
    pg_isready: Path


@dataclass(frozen=True, slots=True)
class MariadbPrograms:
    """The programs of one installation."""

    install: Path
    server: Path
    admin: Path


def find_postgres() -> PostgresPrograms | None:
    """The newest PostgreSQL server that is installed."""
    for folder in _postgres_folders():
        found = [folder / name for name in ("initdb", "postgres", "pg_isready")]
        if all(path.exists() for path in found):
            return PostgresPrograms(*found)
    return None


def find_mariadb() -> MariadbPrograms | None:
    """The MariaDB server that is installed."""
    install = _program("mariadb-install-db", "mysql_install_db")
    server = _program("mariadbd", "mysqld")
    admin = _program("mariadb-admin", "mysqladmin")
    return MariadbPrograms(install, server, admin) if install and server and admin else None


def find_pgbouncer() -> Path | None:
    """The pooler that is installed."""
    return _program("pgbouncer")


def find_galera() -> Path | None:
    """The library that makes MariaDB a node of a cluster; Debian's server depends on it, Homebrew has none."""
    folders = ("/usr/lib/galera", "/usr/lib64/galera", "/usr/lib64/galera-4")
    return next((path for folder in folders if (path := Path(folder) / "libgalera_smm.so").exists()), None)


def find_sshd() -> Path | None:
    """The ssh server that is installed."""
    return _program("sshd")


def _postgres_folders() -> Iterator[Path]:
    """Folders that may hold PostgreSQL's programs, newest version first."""
    versioned = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    for brew in BREWS:
        versioned += Path(brew).glob("postgresql*/bin")
    yield from sorted(versioned, key=_version, reverse=True)
    initdb = shutil.which("initdb")
    if initdb:
        yield Path(initdb).resolve().parent


def _version(folder: Path) -> int:
    """The first number in the folder's path."""
    found = re.search(r"[0-9]+", str(folder))
    return int(found[0]) if found else 0


def _program(*names: str) -> Path | None:
    """The first of these programs that exists, in PATH or where distributions keep servers."""
    folders = ["/usr/sbin", "/usr/bin", "/usr/libexec", "/usr/local/sbin", "/usr/local/bin"]
    for brew in BREWS:
        folders += [f"{brew}/mariadb/bin", f"{brew}/mariadb/scripts"]
    for name in names:
        found = shutil.which(name) or shutil.which(name, path=":".join(folders))
        if found:
            return Path(found)
    return None
