from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.config.mycnf import password_in as in_mycnf
from safesql.config.password import Passwords
from safesql.config.password_command import run_password_command
from safesql.config.pgpass import password_in as in_pgpass
from safesql.errors import CannotConnect
from safesql.target import Target

POSTGRES = Target("postgres", host="db.example.com", port=5433, user="app", database="billing")
MYSQL = Target("mysql", host="db.example.com", user="app", database="billing")


class Terminal:
    """Collects warnings and answers prompts, as a person would."""

    def __init__(self, answer: str | None = None) -> None:
        self.answer = answer
        self.said: list[str] = []

    def warn(self, sentence: str) -> None:
        self.said.append(sentence)

    def prompt(self, question: str) -> str | None:
        self.said.append(question)
        return self.answer


def home(folder: Path, mode: int = 0o600) -> Path:
    for name, text in (
        (".pgpass", "db.example.com:5433:billing:app:from-pgpass\n"), (".my.cnf", "[client]\npassword=from-mycnf\n"),
    ):
        (folder / name).write_text(text)
        (folder / name).chmod(mode)
    return folder


def given_password(target: Target, terminal: Terminal, folder: Path, **environ: str) -> str | None:
    return Passwords({"HOME": str(folder), **environ}, terminal.warn, terminal.prompt).given(target).password


def test_the_first_source_that_has_one_gives_it(tmp_path: Path) -> None:
    terminal = Terminal()
    home(tmp_path)
    assert given_password(POSTGRES, terminal, tmp_path) == "from-pgpass"
    assert given_password(MYSQL, terminal, tmp_path) == "from-mycnf"
    assert given_password(POSTGRES, terminal, tmp_path, PGPASSWORD="v", MYSQL_PWD="w") == "v"
    assert given_password(MYSQL, terminal, tmp_path, PGPASSWORD="v", MYSQL_PWD="w") == "w"
    assert terminal.said == []
    assert given_password(replace(POSTGRES, password="url"), terminal, tmp_path, PGPASSWORD="v") == "url"
    assert "stands in the URL" in terminal.said[0]
    ports = Passwords({"HOME": str(tmp_path), "PGPASSWORD": "v"}, terminal.warn)
    assert ports.given(replace(POSTGRES, password="url"), ["echo", "program"]).password == "program"


def test_nothing_is_asked_before_the_server_wants_it(tmp_path: Path) -> None:
    terminal = Terminal("typed")
    assert given_password(POSTGRES, terminal, tmp_path) is None
    assert terminal.said == []
    asked = Passwords({}, terminal.warn, terminal.prompt).asked(POSTGRES)
    assert asked is not None
    assert asked.password == "typed"
    assert terminal.said == ["password for app@db.example.com:5433/billing: "]
    assert Passwords({}, terminal.warn).asked(POSTGRES) is None
    assert Passwords({}, terminal.warn, Terminal(None).prompt).asked(POSTGRES) is None


def test_a_password_file_that_others_can_read_is_not_read(tmp_path: Path) -> None:
    for mode in (0o640, 0o604, 0o660):
        terminal = Terminal()
        home(tmp_path, mode)
        assert given_password(POSTGRES, terminal, tmp_path) is None
        assert given_password(MYSQL, terminal, tmp_path) is None
        assert ["chmod 600" in sentence for sentence in terminal.said] == [True, True]


def test_a_password_file_that_is_none_is_not_waited_for(tmp_path: Path) -> None:
    terminal = Terminal()
    os.mkfifo(tmp_path / ".pgpass", 0o600)
    (tmp_path / ".my.cnf").mkdir()
    assert given_password(POSTGRES, terminal, tmp_path) is None
    assert given_password(MYSQL, terminal, tmp_path) is None
    assert len(terminal.said) == 2


def test_pgpassfile_names_another_file(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("*:*:*:*:from-other\n")
    other.chmod(0o600)
    assert given_password(POSTGRES, Terminal(), home(tmp_path), PGPASSFILE=str(other)) == "from-other"


PGPASS = {
    "db.example.com:5433:billing:app:x": "x",
    "*:*:*:*:x": "x",
    "# *:*:*:*:no\n*:*:*:app:x": "x",
    "*:*:*:other:no\n*:*:*:app:first\n*:*:*:app:second": "first",
    "db.example.com:5432:billing:app:no": None,
    "db.example.com:5433:Billing:app:no": None,
    "*:*:*:*:a\\:b\\\\c": "a:b\\c",
    "*:*:*:*:before:after": "before",
    "*:*:*:app": None,
    "*:*:*:app:": "",
    "d*:*:*:app:no": None,
    "\\*:*:*:*:no": None,
    "*:*:*:*:crlf\r": "crlf",
    "": None,
}


@pytest.mark.parametrize("text", PGPASS)
def test_a_line_of_pgpass_matches_as_libpq_matches_it(text: str) -> None:
    assert in_pgpass(text, POSTGRES) == PGPASS[text]


def test_the_usual_socket_is_localhost_in_pgpass() -> None:
    local = replace(POSTGRES, host="", port=None)
    assert in_pgpass("localhost:5432:billing:app:x", local) == "x"
    assert in_pgpass("localhost:5432:billing:app:x", replace(local, socket="/elsewhere")) is None
    assert in_pgpass("/elsewhere:5432:billing:app:x", replace(local, socket="/elsewhere")) == "x"


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1))
def test_any_password_can_be_written_in_pgpass(password: str) -> None:
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    assert in_pgpass(f"*:*:*:app:{escaped}\n", POSTGRES) == password


MYCNF = {
    "[client]\npassword=x": "x",
    "[client]\npassword = x  ": "x",
    "[client]\npassword='x # y'": "x # y",
    '[client]\npassword="a\\"b\\\\c"': 'a"b\\c',
    "[client]\npassword=x # why": "x",
    "[client]\npassword=a\\sb": "a b",
    "[mysqld]\npassword=no\n[client]\n": None,
    "[client]\npassword=first\n[mysql]\npassword=second": "second",
    "[client]\n#password=no\n;password=no\n!include /x\n": None,
    "[client]\npassword": None,
    "[client]\nuser=other\npassword=no": None,
    "[client]\nhost=elsewhere\npassword=no": None,
    "[client]\nuser=app\nhost=db.example.com\npassword=x": "x",
    "password=no": None,
    "": None,
}


@pytest.mark.parametrize("text", MYCNF)
def test_the_clients_sections_of_mycnf_are_read(text: str) -> None:
    assert in_mycnf(Path("/my.cnf"), {Path("/my.cnf"): text}.get, MYSQL) == MYCNF[text]


def test_a_password_in_an_included_file_counts_where_that_is_private(tmp_path: Path) -> None:
    other = tmp_path / "other.cnf"
    other.write_text("[client]\npassword=from-other\n")
    (tmp_path / ".my.cnf").write_text(f"[client]\nuser=app\n!include {other}\n")
    (tmp_path / ".my.cnf").chmod(0o600)
    for mode, expected in ((0o600, "from-other"), (0o644, None)):
        other.chmod(mode)
        terminal = Terminal()
        assert given_password(MYSQL, terminal, tmp_path) == expected
        assert len(terminal.said) == (expected is None)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_program_sees_where_the_connection_goes_and_no_shell_reads_it() -> None:
    names = ("SAFESQL_HOST", "SAFESQL_PORT", "SAFESQL_USER", "SAFESQL_DATABASE", "A")
    code = f"import os; print(*(os.environ[name] for name in {names}))"
    assert run_password_command(python(code), POSTGRES, {"A": "b"}) == "db.example.com 5433 app billing b"
    assert run_password_command(["echo", "$(id); a | b"], POSTGRES, os.environ) == "$(id); a | b"


def test_the_first_line_counts_and_input_is_closed(capfd: pytest.CaptureFixture[str]) -> None:
    code = "import sys; print('first' + sys.stdin.read()); print('second'); print('loud', file=sys.stderr)"
    assert run_password_command(python(code), POSTGRES, {}) == "first"
    assert capfd.readouterr() == ("", "loud\n")


FAILING = {
    "exit": ("print('hunter2'); raise SystemExit(3)", "exit code 3"),
    "silent": ("pass", "no password"),
    "blank": ("print(); print('hunter2')", "no password"),
    "binary": ("import sys; sys.stdout.buffer.write(b'hunter2\\xff')", "not UTF-8"),
    "nul": ("print('hunter2\\0')", "no password"),
    "endless": ("while True: print('hunter2' * 1000)", "more than 65,536 bytes"),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_program_that_gives_no_password_is_one_sentence(case: str) -> None:
    code, words = FAILING[case]
    with pytest.raises(CannotConnect, match=words) as raised:
        run_password_command(python(code), POSTGRES, os.environ)
    assert raised.value.exit_code == 8
    assert "hunter2" not in str(raised.value) + repr(raised.value.__cause__)


def test_a_program_that_cannot_be_started_is_named() -> None:
    with pytest.raises(CannotConnect, match="cannot start no-such-program: no such file"):
        run_password_command(["no-such-program"], POSTGRES, os.environ)


def test_a_program_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    child = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(alive)!r}).touch()"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    started = time.monotonic()
    with pytest.raises(CannotConnect, match=r"did not answer in 0\.5 seconds"):
        run_password_command(python(code), POSTGRES, os.environ, seconds=0.5)
    assert time.monotonic() - started < 10
    time.sleep(2)
    assert not alive.exists()
