"""The test run itself: it fails rather than skips, says what to type, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .account import Account, account
from .server import Home, free_port, stop, wait_for
from .trouble import Trouble

ROOT = Path(__file__).parent.parent.parent


def test_a_missing_server_is_a_failure_and_not_a_skip() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAFESQL_TEST_")}
    words = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/backends/test_contract.py", "-k", "in_chunks"]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "python3 tests/run" in done.stdout
    assert "2 errors" in done.stdout                   # SQLite needs no server
    assert "skipped" not in done.stdout


def test_where_nothing_can_be_installed_the_command_to_type_is_named() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from rig.packages import install\nfrom rig.trouble import Trouble\n"
        "try:\n    install(['postgresql', 'mariadb-server'])\nexcept Trouble as trouble:\n    print(trouble)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PATH": "/none"}, capture_output=True, text=True, check=True)
    assert "postgresql and mariadb-server not found; type: " in done.stdout
    assert "install" in done.stdout.partition("type:")[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder of our own account."""
    folder = tmp_path / "server"
    Account().own(folder)
    return Home(folder, Account())


def test_a_stopped_server_leaves_no_child_behind(home: Home) -> None:
    process = home.start(["sh", "-c", "sleep 300 & echo $!; wait"])
    wait_for(process, lambda: home.log.read_text().strip().isdecimal(), home)
    child = int(home.log.read_text())
    stop(process, signal.SIGTERM)
    assert process.returncode is not None
    with pytest.raises(ProcessLookupError):
        _until_gone(child)


def test_a_server_that_cannot_start_says_why(home: Home) -> None:
    process = home.start(["sh", "-c", "echo the disk is full; exit 3"])
    with pytest.raises(Trouble, match="the disk is full"):
        wait_for(process, lambda: False, home)
    with pytest.raises(Trouble, match="sh failed with 3"):
        home.run(["sh", "-c", "exit 3"])


def test_servers_do_not_run_as_root() -> None:
    assert account("no-such-user").uid != 0
    if os.getuid() == 0:
        assert account("no-such-user").uid is not None


def test_a_free_port_is_free() -> None:
    assert 1024 <= free_port() <= 65535


def _until_gone(pid: int) -> None:
    """Raise ProcessLookupError once a process has ended; a zombie in a container without an init has ended too."""
    for _ in range(100):
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            raise ProcessLookupError
        time.sleep(0.05)
