"""The virtual environment of the tests: kept between runs, made anew when pyproject.toml changes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .packages import install
from .trouble import Trouble


def virtualenv(root: Path) -> Path:
    """The folder of the programs of an environment in which the project is installed with its test extras."""
    wanted = hashlib.sha256((root / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()[:16]
    place = _cache() / hashlib.sha256(str(root).encode()).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = place / "venv"
        made = folder / "made-for"
        if not (made.exists() and made.read_text() == wanted and _installed(folder, root)):
            print(f"tests/run: making a virtual environment in {folder}", file=sys.stderr, flush=True)
            _make(folder, root)
            made.write_text(wanted)
    return folder / "bin"


def _cache() -> Path:
    """Where it is kept: the user's cache, or the temporary folder when there is no home that can be written to."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "safesql-tests"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / f"safesql-tests-{os.getuid()}"
    return cache if os.access(cache, os.W_OK) else Path(tempfile.gettempdir()) / f"safesql-tests-{os.getuid()}"


def _installed(folder: Path, root: Path) -> bool:
    """Whether it still runs, and what it runs is this copy of the project."""
    command = [str(folder / "bin" / "python"), "-c", "import safesql, pytest; print(safesql.__file__)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    except OSError:
        return False
    return done.returncode == 0 and Path(done.stdout.strip()).is_relative_to(root)


def _make(folder: Path, root: Path) -> None:
    """An empty environment, then the project, editable, with its test extras."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        install([f"python3.{sys.version_info.minor}-venv"])
    _run([sys.executable, "-m", "venv", str(folder)], root)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    _run([*pip, "install", "--root-user-action=ignore", "-e", ".[test]"], root)


def _run(command: list[str], root: Path) -> None:
    """Run quietly; show the output when it fails."""
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Trouble(f"{' '.join(command[1:])} failed:\n{done.stdout[-3000:]}")
