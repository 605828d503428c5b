"""Through a real ssh server: the database is reached, verified by its own name, and the way ends with the session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from safesql.target import Target
from tests.rig.programs import find_sshd
from tests.rig.replicas import until
from tests.rig.sshd import Bastion, sshd


@pytest.fixture
def bastion() -> Iterator[Bastion]:
    program = find_sshd()
    if program is None:
        pytest.skip("sshd is not installed, and tests/run could not install it")
    folder = Path(tempfile.mkdtemp(prefix="safesql-ssh-", dir="/tmp"))
    folder.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield stack.enter_context(sshd(program, folder / "d"))


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def safesql(tmp_path: Path, bastion: Bastion) -> Run:
    """The command line in a home whose ssh configuration knows the bastion; ``said`` goes into the profile."""

    def run(
        target: Target, said: str, *words: str, hosts: Path = bastion.known_hosts, killed: str = ""
    ) -> subprocess.CompletedProcess[str]:
        programs = tmp_path / "bin"
        programs.mkdir(exist_ok=True)
        program = programs / "ssh"                    # the client takes its home from the system, and not from HOME
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {tmp_path}/words\n'
            f'exec {shutil.which("ssh")} -F none -o UserKnownHostsFile={hosts} -i {bastion.key} "$@"\n'
        )
        program.chmod(0o755)
        config = tmp_path / "config.toml"
        scheme = target.dialect or target.backend
        config.write_text(
            f'[profiles.shop]\nurl = "{scheme}://{target.user}@{target.host}:{target.port}/{target.database}"\n'
            f'environment = "development"\nssh_host = "{bastion.user}@127.0.0.1"\nssh_port = {bastion.port}\n{said}'
        )
        config.chmod(0o600)
        environ = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "PATH": f"{programs}:{os.environ['PATH']}"}
        command = [sys.executable, "-m", "safesql", "--config", str(config), "-p", "shop", *words]
        if killed:
            with subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
                until(lambda: bool(clients(killed)), "the client of ssh")
                process.kill()
                return subprocess.CompletedProcess(command, process.wait(), "", "")
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)

    return run


def clients(address: str) -> list[str]:
    """The clients of ssh that lead to a port."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().decode("utf-8", "replace").split("\0")
            found += [" ".join(words)] if words[0].endswith("ssh") and any(address in word for word in words) else []
    return found


@pytest.mark.parametrize("name", ["postgres", "mariadb"])
def test_a_server_is_reached_through_another_host(
    request: pytest.FixtureRequest, name: str, safesql: Run, tmp_path: Path
) -> None:
    target: Target = request.getfixturevalue(f"{name}_target")
    done = safesql(target, "", "--format", "tsv", "-c", "SELECT 40 + 2 AS answer")
    assert (done.returncode, done.stdout.split()) == (0, ["answer", "42"]), done.stderr
    words = (tmp_path / "words").read_text()
    assert f":{target.host}:{target.port} " in words and "BatchMode=yes" in words
    port = words.split("-L 127.0.0.1:")[1].split(":")[0]
    until(lambda: not _running(f"127.0.0.1:{port}:"), "the ssh client to end")


def _running(words: str) -> bool:
    """Whether a process with these words is there."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if words.encode() in entry.read_bytes():
                return True
        except OSError:
            continue
    return False


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="util-linux is not here, and no other system ends a child with its parent")
def test_the_way_ends_with_a_session_that_is_killed(postgres_target: Target, safesql: Run) -> None:
    address = f":{postgres_target.host}:{postgres_target.port}"
    done = safesql(postgres_target, "", "-c", "SELECT pg_sleep(50)", killed=address)
    assert done.returncode < 0
    until(lambda: not clients(address), "the client of ssh to end")


def test_the_name_of_the_database_is_what_is_verified(postgres_target: Target, safesql: Run) -> None:
    done = safesql(Target("postgres", host="127.1", port=postgres_target.port, user="postgres", database="postgres",
                          dialect="postgres"), "", "-c", "SELECT 1")  # fmt: skip
    assert done.returncode == 8
    assert "SSL" in done.stderr and "127.1" in done.stderr


def test_a_host_that_is_not_known_is_not_believed(postgres_target: Target, safesql: Run, tmp_path: Path) -> None:
    done = safesql(postgres_target, "", "-c", "SELECT 1", hosts=tmp_path / "nobody")
    assert done.returncode == 8
    assert "Host key verification failed" in done.stderr
    assert "try it with: ssh" in done.stderr


@pytest.mark.parametrize(("said", "words"), [
    ('socket = "/run/x"\n', "socket"),
    ('tls = "maybe"\n', "tls"),
])  # fmt: skip
def test_what_makes_no_sense_with_it_is_refused(postgres_target: Target, safesql: Run, said: str, words: str) -> None:
    done = safesql(postgres_target, said, "-c", "SELECT 1")
    assert done.returncode == 9
    assert words in done.stderr


@pytest.mark.parametrize("host", ["-oProxyCommand=touch /tmp/x", "a b", "-w"])
def test_an_option_is_no_host(tmp_path: Path, host: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[profiles.shop]\nurl = "postgresql://h/d"\nssh_host = "{host}"\n')
    config.chmod(0o600)
    done = subprocess.run([sys.executable, "-m", "safesql", "config", "check", "--config", str(config)],
                          env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 9
    assert "must be a host as ssh takes it" in done.stderr + done.stdout
    assert not Path("/tmp/x").exists()
