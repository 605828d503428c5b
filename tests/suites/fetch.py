"""The suites of others: given, or downloaded by the package manager; nothing of them is kept."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import urllib.request
from pathlib import Path

from tests.rig.trouble import Trouble

POOL = "https://deb.debian.org/debian/pool/main/"


def postgres_regress(given: Path | None, folder: Path) -> Path:
    """The folder of the regression suite, as a copy of our own; ``given`` is a source tree or its tarball."""
    return _unpacked(given or _source("postgresql-15", ".bz2", folder), "src/test/regress", "parallel_schedule", folder)


def sqlite_tests(given: Path | None, folder: Path) -> Path:
    """The folder of SQLite's tests, as a copy of our own; ``given`` is a source tree or its tarball."""
    return _unpacked(given or _source("sqlite3", ".xz", folder), "test", "trigger1.test", folder)


def mariadb_test(given: Path | None, folder: Path) -> Path:
    """The folder mysql-test; ``given`` is that folder or one above it."""
    top = given if given is not None else _downloaded_test_data(folder)
    found = next((path.parent for path in sorted(top.rglob("main")) if path.is_dir() and path.parent.name == "mysql-test"), None)
    if found is None:
        raise Trouble(f"{top} holds no folder mysql-test; name MariaDB's test data")
    return found


def _unpacked(given: Path, inside: str, sign: str, folder: Path) -> Path:
    """The files below ``inside`` of a source, which are those where there is a file called ``sign``."""
    copy = folder / inside.rsplit("/", 1)[-1]
    if given.is_dir():
        found = next((path for path in (given / inside, given) if (path / sign).exists()), None)
        if found is not None:
            shutil.copytree(found, copy)
    else:
        with tarfile.open(given) as archive:
            for member in archive:
                _, there, rest = member.name.partition(f"/{inside}/")
                if there and member.isfile():
                    member.name = rest
                    archive.extract(member, copy, filter="data")
    if not (copy / sign).exists():
        raise Trouble(f"{given} holds no {inside}/{sign}; name the source tree or its tarball")
    return copy


def _source(package: str, packed: str, folder: Path) -> Path:
    """The tarball of Debian's source package, for the version that the package manager knows."""
    shown = _apt(["apt-cache", "show", package], folder)
    version = next((line.split()[1] for line in shown.splitlines() if line.startswith("Version:")), "")
    upstream = version.rpartition("-")[0].rpartition(":")[2]
    if not upstream:
        raise Trouble(f"apt-cache knows no {package}; name its source on the command line")
    url = f"{POOL}{package[0]}/{package}/{package}_{upstream}.orig.tar{packed}"
    target = folder / url.rsplit("/", 1)[1]
    try:
        with urllib.request.urlopen(url, timeout=60) as stream, target.open("wb") as out:
            shutil.copyfileobj(stream, out)
    except OSError as error:
        raise Trouble(f"{url} cannot be downloaded ({error}); name the source on the command line") from error
    return target


def _downloaded_test_data(folder: Path) -> Path:
    """Debian's mariadb-test-data, unpacked."""
    _apt(["apt-get", "download", "-qq", "mariadb-test-data"], folder)
    package = next(iter(folder.glob("mariadb-test-data_*.deb")), None)
    if package is None or shutil.which("dpkg") is None:
        raise Trouble("apt-get download mariadb-test-data brought nothing; give --mariadb-test DIR")
    target = folder / "mariadb-test-data"
    subprocess.run(["dpkg", "-x", str(package), str(target)], check=True)
    return target


def _apt(command: list[str], folder: Path) -> str:
    """What a command of the package manager says; nothing where there is none."""
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
