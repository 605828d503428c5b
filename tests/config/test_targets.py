from __future__ import annotations

import sqlite3
from contextlib import chdir
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from safesql.config.conninfo import KEYWORDS, parse_conninfo
from safesql.config.sqlite_file import MEMORY
from safesql.config.target import target_of
from safesql.errors import UsageError
from safesql.target import Target

ENVIRON = {"USER": "ann", "MYSQL_UNIX_PORT": "/nowhere"}

URLS: dict[str, dict[str, object]] = {
    "postgresql://app:pw@db.example.com:5433/billing?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=3": {
        "backend": "postgres", "host": "db.example.com", "port": 5433, "user": "app", "database": "billing",
        "password": "pw", "tls": "verify-full", "tls_ca": "/ca.pem", "connect_timeout": 3.0,
    },
    "postgres://h": {"host": "h", "user": "ann", "database": "ann", "port": None, "password": None},
    "POSTGRESQL://h/d": {"backend": "postgres", "host": "h", "database": "d"},
    "postgresql://[2001:db8::1]:5432/d": {"host": "2001:db8::1", "port": 5432},
    "postgresql://[::1]/d": {"host": "::1", "port": None},
    "postgresql://u%40x:p%2Fw%3A%23@h/d%20b": {"user": "u@x", "password": "p/w:#", "database": "d b"},
    "postgresql://u:a+b@h/d": {"password": "a+b"},
    "postgresql://%2Fvar%2Frun:6000/d": {"socket": "/var/run", "host": "", "port": 6000},
    "postgresql:///d?host=/var/run": {"socket": "/var/run", "host": ""},
    "postgresql://h/d?application_name=x&options=-c%20a%3Db": {
        "options": (("application_name", "x"), ("options", "-c a=b"))
    },
    "mysql://root@127.0.0.1:3399/": {
        "backend": "mysql", "dialect": "mysql", "host": "127.0.0.1", "port": 3399, "database": "",
    },
    "mariadb://root@h/x?ssl-mode=VERIFY_IDENTITY&ssl_ca=c.pem": {
        "backend": "mysql", "dialect": "mariadb", "tls": "verify-full", "tls_ca": "c.pem",
    },
    "mysql://u@localhost/x?socket=/run/my.sock&charset=utf8mb4": {"socket": "/run/my.sock", "database": "x"},
    "mysql://h/x?statement_timeout=2m&lock_timeout=500ms&read_only=true": {
        "statement_timeout": 120.0, "lock_timeout": 0.5, "read_only": True,
    },
    "sqlite://": {"backend": "sqlite", "path": ":memory:"},
    "sqlite:///:memory:": {"path": ":memory:"},
    ":memory:": {"path": ":memory:"},
    "sqlite:///new.db?mode=ro": {"path": "new.db", "read_only": True},
    "sqlite:////tmp/new%20file.db": {"path": "/tmp/new file.db"},
    "host=h port=5433 dbname='my db' user=u password='it\\'s'": {
        "backend": "postgres", "host": "h", "port": 5433, "database": "my db", "user": "u", "password": "it's",
    },
    "dbname = d host = /tmp": {"database": "d", "socket": "/tmp"},
    "host=h sslmode=disable": {"tls": "disable"},
}


@pytest.mark.parametrize("text", URLS)
def test_a_target_is_what_its_text_says(text: str) -> None:
    target = target_of(text, ENVIRON)
    assert {name: getattr(target, name) for name in URLS[text]} == URLS[text]


SECRET = "hunter2"
MALFORMED = (
    "", "   ", "nosuchprofile", "prod.txt", "a=b", "/", "/nowhere/at/all.db", "x" * 5000, "x" * 20_000, "a\0b.db",
    "mssql://u:hunter2@h/d", "jdbc:postgresql://u:hunter2@h/d", "http://u:hunter2@h", "sqlite:/x",
    "postgresql://u:hunter2/x@h/d", "postgresql://u:hunter2#x@h/d", "postgresql://u:hunter2?x@h/d",
    "postgresql://u:hunter2?x=1@h/d", "postgresql://u:hunter2@h:port/d", "postgresql://u:hunter2@h:0/d",
    "postgresql://u:hunter2@h:70000/d", "postgresql://u:hunter2@h:1:2/d", "postgresql://u:hunter2@[::1/d",
    "postgresql://u:hunter2@[::1]5/d", "postgresql://u:hunter2@a,b/d", "postgresql://u:hunter2@h/d?sslmode=maybe",
    "postgresql://u:hunter2@h/d?nosuch=1", "postgresql://u:hunter2@h/d?x", "postgresql://u:hunter2@h/d?service=s",
    "postgresql://u:hunter2%zz@h/d", "postgresql://u:hunter2%@h/d", "postgresql://u:hunter2%ff@h/d",
    "postgresql://u:hunter2%00@h/d", "postgresql://u:hunter2\n@h/d", "postgresql://u:hunter2@h/d?hostaddr=1.2.3.4",
    "postgresql://u:hunter2@h/d?user=v", "postgresql://u:hunter2@h/d?connect_timeout=soon",
    "postgresql://u:hunter2@h/d?connect_timeout=0", "postgresql://u:hunter2@h/d?client_encoding=latin1",
    "mysql://u:hunter2@h/d?charset=latin1", "mysql://u:hunter2@h/d?application_name=x", "mysql://u:hunter2@h:x/d",
    "sqlite://host/x.db", "sqlite:///x.db?mode=rwx", "sqlite:///x.db?cache=shared", "sqlite:///nofile",
    "host=h password='hunter2", "host=h password=hunter2\\", "host=h hunter2", "host=h password=a hunter2 b=c",
    "passwrd=hunter2", "host=h nosuch=hunter2", "host=a,b password=hunter2", "host=a hostaddr=1.2.3.4 password=hunter2",
    "host=h port=hunter2", "host=h read_only=hunter2", "host=h service=hunter2",
)


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_target_is_one_sentence_that_tells_no_password(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        target_of(text, ENVIRON)
    sentence = str(raised.value)
    assert raised.value.exit_code == 2
    assert sentence
    assert "\n" not in sentence
    assert SECRET not in sentence
    assert SECRET not in repr(raised.value.__cause__)


def test_a_password_is_in_no_repr_and_no_label() -> None:
    target = target_of("postgresql://u:hunter2@h/d", {})
    assert target.password == SECRET
    assert SECRET not in repr(target) + target.label


def test_a_file_must_be_there_or_be_called_a_database(tmp_path: Path) -> None:
    there = tmp_path / "prod"
    with sqlite3.connect(there) as connection:
        connection.execute("CREATE TABLE t (a)")
    assert target_of(str(there), {}) == Target("sqlite", path=str(there), dialect="sqlite")
    assert target_of(str(tmp_path / "new.sqlite3"), {}).path.endswith("new.sqlite3")
    for name in ("prd", "changes.sql"):
        with pytest.raises(UsageError, match="no profile and no file"):
            target_of(str(tmp_path / name), {})
    assert not (tmp_path / "new.sqlite3").exists()


def test_a_script_is_not_taken_for_a_database(tmp_path: Path) -> None:
    script = tmp_path / "changes.sql"
    script.write_text("DELETE FROM billing WHERE id = 1;\n")
    with pytest.raises(UsageError, match="-f"):
        target_of(str(script), {})
    with pytest.raises(UsageError, match="is a folder"):
        target_of(str(tmp_path), {})


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert target_of(str(tmp_path / "empty"), {}).backend == "sqlite"


def test_a_file_with_an_equals_sign_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "host=x.db").touch()
    with chdir(tmp_path):
        assert target_of("host=x.db", {}).backend == "sqlite"


@pytest.mark.parametrize(
    ("text", "environ", "expected"),
    [
        ("postgresql://", {"PGHOST": "h", "PGPORT": "6", "PGUSER": "u", "PGDATABASE": "d", "PGSSLMODE": "require"},
         {"host": "h", "port": 6, "user": "u", "database": "d", "tls": "require"}),
        ("postgresql://h:5/d", {"PGHOST": "x", "PGPORT": "6", "PGDATABASE": "y"},
         {"host": "h", "port": 5, "database": "d"}),
        ("postgresql://", {"PGHOST": "/run", "USER": "ann"},
         {"socket": "/run", "host": "", "user": "ann", "database": "ann"}),
        ("postgresql://h", {"PGCONNECT_TIMEOUT": "4"}, {"connect_timeout": 4.0}),
        ("mysql://", {"MYSQL_HOST": "h", "MYSQL_TCP_PORT": "3307", "USER": "ann"},
         {"host": "h", "port": 3307, "user": "ann"}),
        ("mysql://h", {"MYSQL_HOST": "x"}, {"host": "h"}),
    ],
)
def test_what_is_left_open_comes_from_the_environment(
    text: str, environ: dict[str, str], expected: dict[str, object]
) -> None:
    target = target_of(text, environ)
    assert {name: getattr(target, name) for name in expected} == expected


@pytest.mark.parametrize(
    "environ",
    [{"PGPORT": "x"}, {"PGSSLMODE": "x"}, {"PGHOSTADDR": "1.2.3.4"}, {"PGSERVICE": "x"}, {"PGHOST": "a,b"},
     {"PGCONNECT_TIMEOUT": "x"}],
    ids=str,
)
def test_a_variable_without_sense_or_that_leads_elsewhere_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        target_of("postgresql:///d", environ)


def test_localhost_is_the_local_socket_for_mysql_unless_a_port_is_named(tmp_path: Path) -> None:
    socket = tmp_path / "my.sock"
    socket.touch()
    environ = {"MYSQL_UNIX_PORT": str(socket), "USER": "ann"}
    assert target_of("mysql://localhost/d", environ).socket == str(socket)
    assert target_of("mysql:///d", environ).socket == str(socket)
    assert target_of("mysql://localhost:3306/d", environ).socket == ""
    assert target_of("mysql://127.0.0.1/d", environ).socket == ""


def test_memory_is_one_constant() -> None:
    assert target_of(":memory:", {}) is MEMORY


VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(st.sampled_from(sorted(KEYWORDS)), VALUES, max_size=5))
def test_a_connection_string_written_by_libpq_reads_the_same(settings: dict[str, str]) -> None:
    assert parse_conninfo(make_conninfo("", **settings) if settings else "") == settings


@given(st.text(st.sampled_from("host=dbname '\\ \t\nax="), max_size=40))
def test_what_libpq_reads_we_read_alike(text: str) -> None:
    try:
        expected = conninfo_to_dict(text)
    except Exception:  # noqa: BLE001 - whatever libpq refuses is not compared
        return
    if text.endswith("\\"):
        return                     # libpq drops it, we refuse it
    ours = {name: value for name, value in parse_conninfo(text).items() if value}
    assert ours == {name: value for name, value in expected.items() if value}


PARTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
HOSTS = st.from_regex(r"\A[a-z0-9.-]{1,20}\Z").filter(lambda host: not host.startswith("/"))


@given(PARTS, PARTS, HOSTS, st.integers(1, 65535), PARTS)
def test_a_url_gives_back_what_was_put_into_it(user: str, password: str, host: str, port: int, database: str) -> None:
    url = f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{host}:{port}/{quote(database, safe='')}"
    target = target_of(url, {})
    assert (target.user, target.password, target.host, target.port, target.database) == (
        user, password, host, port, database,
    )
    assert target.dialect == "postgres"


@given(st.text(max_size=60).map(lambda text: "postgresql://u:hunter2@" + text))
def test_no_text_behind_the_password_brings_it_out(text: str) -> None:
    try:
        target = target_of(text, {})
    except UsageError as error:
        assert SECRET not in str(error)
    else:
        assert SECRET not in repr(target)
