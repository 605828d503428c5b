"""Option files are read as the servers' own program reads them, on files of every kind."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safesql.config.client_environment import with_environment
from safesql.config.option_files import GROUPS, last_of, options_in
from safesql.target import Target


def read(path: Path) -> str | None:
    return path.read_bytes().decode(errors="surrogateescape") if path.is_file() else None


def ours(file: Path) -> list[str]:
    return [f"--{name}" if value is None else f"--{name}={value}" for name, value in options_in(file, read)]


def theirs(file: Path) -> list[str] | None:
    """None where the program refuses the file."""
    program = shutil.which("my_print_defaults")
    assert program, "it comes with the client of MariaDB"
    done = subprocess.run([program, f"--defaults-file={file}", *sorted(GROUPS)], capture_output=True, check=False)
    return done.stdout.decode(errors="surrogateescape").split("\n")[:-1] if done.returncode == 0 else None


NAMES = st.sampled_from(["password", "user", "host", "ssl_ca", "loose-x", "quick"])
VALUES = st.text(st.sampled_from("ab=#;'\"\\ tns\t[]!"), max_size=8)
SPACES = st.text(st.sampled_from(" \t"), max_size=2)
OPTIONS = st.builds(lambda a, name, b, c, value, d: f"{a}{name}{b}={c}{value}{d}", SPACES, NAMES, SPACES, SPACES, VALUES, SPACES)
LINES = st.one_of(
    OPTIONS, NAMES, st.sampled_from([
        "[client]", "[mysql]", "[mysqld]", "[client-mariadb]", " [ client ]", "[mysql] # mine", "# comment", "; comment", "",
        "!include other.cnf", "!includedir more", "password", "skip-ssl", "user = 'a' # b", "user='a'b'", 'x="a\\"b"',
    ]),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lines=st.lists(LINES, max_size=8), more=st.lists(OPTIONS, max_size=2))
def test_every_option_is_read_as_my_print_defaults_reads_it(tmp_path: Path, lines: list[str], more: list[str]) -> None:
    folder = tmp_path / "more"
    folder.mkdir(exist_ok=True)
    for path in (tmp_path / "other.cnf", folder / "b.cnf", folder / "a.cnf", folder / "c.txt"):
        path.write_text("\n".join(["[client]", *more, f"host = {path.name}"]) + "\n")
    file = tmp_path / "my.cnf"
    absolute = [line.replace("other.cnf", str(tmp_path / "other.cnf")).replace("more", str(folder)) for line in lines]
    file.write_text("\n".join(["[client]", *absolute]) + "\n")
    expected = theirs(file)
    if expected is not None:
        assert ours(file) == expected, file.read_text()


def test_the_last_of_an_option_counts_and_its_spelling_does_not(tmp_path: Path) -> None:
    file = tmp_path / "my.cnf"
    file.write_text("[mysql]\nssl_ca=a\nhost=one\n[mysqld]\nhost=server\n[client]\nhost=two\nloose-ssl-ca=b\n")
    assert last_of(options_in(file, read)) == {"ssl-ca": "b", "host": "two"}


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    one, two = tmp_path / "one.cnf", tmp_path / "two.cnf"
    one.write_text(f"[client]\nhost=one\n!include {two}\n")
    two.write_text(f"[client]\nuser=two\n!include {one}\n")
    assert last_of(options_in(one, read)) == {"host": "one", "user": "two"}


def test_what_the_command_line_leaves_open_is_taken_from_the_files(tmp_path: Path) -> None:
    file = tmp_path / ".my.cnf"
    file.write_text("[client]\nhost=db.example.com\nport=3307\nuser=app\nssl-ca=/ca.pem\n[mysql]\ndatabase=shop\n")
    environ = {"HOME": str(tmp_path), "USER": "me", "MYSQL_HOST": "elsewhere", "MYSQL_TCP_PORT": "1"}
    found = with_environment(Target("mysql", dialect="mysql"), environ)
    assert (found.host, found.port, found.user, found.database, found.tls_ca) == ("db.example.com", 3307, "app", "shop", "/ca.pem")
    said = with_environment(Target("mysql", host="near", port=1, user="u", database="d", dialect="mysql"), environ)
    assert (said.host, said.port, said.user, said.database) == ("near", 1, "u", "d")
    file.chmod(0o666)
    assert with_environment(Target("mysql", dialect="mysql"), environ).host == "elsewhere"


def test_a_socket_of_the_files_is_used_for_the_server_on_this_machine(tmp_path: Path) -> None:
    socket = tmp_path / "s"
    socket.touch()
    (tmp_path / ".my.cnf").write_text(f"[client]\nsocket={socket}\n")
    environ = {"HOME": str(tmp_path), "USER": "me"}
    assert with_environment(Target("mysql", dialect="mysql"), environ).socket == str(socket)
    assert with_environment(Target("mysql", host="db.example.com", dialect="mysql"), environ).socket == ""
