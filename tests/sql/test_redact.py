from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.sql.redact import MASK, redact, redact_at, secrets

SECRET = "hunter2"

REDACTED = {
    "CREATE USER 'app'@'%' IDENTIFIED BY 'hunter2' REQUIRE SSL":
        "CREATE USER 'app'@'%' IDENTIFIED BY '***' REQUIRE SSL",
    'ALTER USER app IDENTIFIED BY "hunter2"': 'ALTER USER app IDENTIFIED BY "***"',
    "ALTER USER a IDENTIFIED WITH mysql_native_password AS '*hunter2'":
        "ALTER USER a IDENTIFIED WITH mysql_native_password AS '***'",
    "ALTER USER USER() IDENTIFIED BY 'new' REPLACE 'hunter2'": "ALTER USER USER() IDENTIFIED BY '***' REPLACE '***'",
    "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('hunter2')":
        "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('***')",
    "GRANT ALL ON d.* TO a@b IDENTIFIED BY 'hunter2'": "GRANT ALL ON d.* TO a@b IDENTIFIED BY '***'",
    "CREATE ROLE a LOGIN PASSWORD 'hunter2' VALID UNTIL '2030-01-01'":
        "CREATE ROLE a LOGIN PASSWORD '***' VALID UNTIL '***'",
    "ALTER ROLE a ENCRYPTED PASSWORD 'hunter2'": "ALTER ROLE a ENCRYPTED PASSWORD '***'",
    "ALTER ROLE a PASSWORD $q$hunter2$q$": "ALTER ROLE a PASSWORD $q$***$q$",
    "ALTER ROLE a PASSWORD E'hunter\\'2'": "ALTER ROLE a PASSWORD E'***'",
    "ALTER USER a IDENTIFIED BY 'hunter2": "ALTER USER a IDENTIFIED BY '***",
    "ALTER USER a IDENTIFIED BY hunter2": "ALTER USER a IDENTIFIED BY ***",
    "alter role a password hunter2": "alter role a password ***",
    "SET PASSWORD FOR a = PASSWORD('hunter2')": "SET PASSWORD FOR a = PASSWORD('***')",
    "SET PASSWORD = 'hunter2'": "SET PASSWORD = '***'",
    "/* note */ ALTER USER a IDENTIFIED/**/BY/* x */'hunter2'":
        "/* note */ ALTER USER a IDENTIFIED/*****/BY/*****/'***'",
    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD 'hunter2')":
        "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER '***', PASSWORD '***')",
    "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'a', key 'hunter2')":
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (user '***', key '***')",
    "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2' PUBLICATION p":
        "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION p",
    "CHANGE MASTER TO MASTER_HOST='h', MASTER_PASSWORD='hunter2', MASTER_PORT=3306":
        "CHANGE MASTER TO MASTER_HOST='h', MASTER_PASSWORD='***', MASTER_PORT=3306",
    "CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = 'hunter2'": "CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = '***'",
    "SELECT * FROM dblink('host=a password=hunter2', 'select 1')": "SELECT * FROM dblink('***', '***')",
    "COPY t FROM PROGRAM 'curl -u a:hunter2 x'": "COPY t FROM PROGRAM '***'",
    "ATTACH DATABASE 'f.db' AS e KEY 'hunter2'": "ATTACH DATABASE 'f.db' AS e KEY '***'",
    "PRAGMA key = 'hunter2'": "PRAGMA key = '***'",
    "PRAGMA key=hunter2": "PRAGMA key=***",
    "PRAGMA rekey('hunter2')": "PRAGMA rekey('***')",
    "SELECT AES_ENCRYPT(x, 'hunter2') FROM t": "SELECT AES_ENCRYPT(x, '***') FROM t",
    "SELECT crypt('hunter2', gen_salt('bf'))": "SELECT crypt('***', gen_salt('***'))",
    "SET aws.secret_access_key = 'hunter2'": "SET aws.secret_access_key = '***'",
    "UPDATE users SET `password` = 'hunter2' WHERE id = 3": "UPDATE users SET `password` = '***' WHERE id = 3",
    "INSERT INTO users (name, password) VALUES ('bob', 'hunter2')":
        "INSERT INTO users (name, password) VALUES ('***', '***')",
    "postgresql://app:hunter2@h/d?sslmode=require": "postgresql://app:***@h/d?sslmode=require",
    "mysql://app:hun@ter2@h/d": "mysql://app:***@h/d",
    "host=h password=hunter2 dbname=d": "host=h password=*** dbname=d",
    "-- password: hunter2\nSELECT 1": "-- password***\nSELECT 1",
    "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''hunter2'''; END $$":
        "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD***",
}


@pytest.mark.parametrize("text", REDACTED)
def test_a_secret_is_replaced_and_the_rest_is_kept(text: str) -> None:
    assert redact(text) == REDACTED[text]


@pytest.mark.parametrize(
    "text",
    [
        "", "SELECT 1", "SELECT 'it''s' FROM t WHERE a = \"b\"", "DELETE FROM billing WHERE id = 7",
        "INSERT INTO t (a, key) VALUES ('x', 'y') ON DUPLICATE KEY UPDATE a = 'z'", "ALTER USER a PASSWORD EXPIRE",
        "SELECT * FROM users WHERE password IS NULL", "UPDATE users SET password = NULL", "COPY t FROM STDIN",
        "CREATE TABLE t (id int PRIMARY KEY, note text DEFAULT 'x')", "SELECT 'https://example.com:80/path'",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (b)",
    ],
)
def test_a_statement_without_a_secret_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


LEAKY = (
    "ALTER ROLE a PASSWORD 'x\\'; ALTER ROLE b PASSWORD '{}'",
    "ALTER USER a /*!50000 IDENTIFIED BY '{}' */ ACCOUNT LOCK",
    "ALTER USER a /*M!100100 IDENTIFIED BY '{}' */",
    "SELECT a #> 'x\n y', ' PASSWORD '{}'",
    "SELECT a #> '{{x}}', 1; ALTER ROLE a PASSWORD '{}'",
    "SELECT 1 # it's\n; ALTER USER a IDENTIFIED BY '{}'",
    "SELECT 1 -- it's\n; ALTER USER a IDENTIFIED BY '{}'",
    "SELECT 1 --it's\n; ALTER USER a IDENTIFIED BY '{}'",
    "SELECT `it's`; ALTER USER a IDENTIFIED BY '{}'",
    "SELECT [it's]; ATTACH 'f' AS x KEY '{}'",
    "SELECT \"it's\"; ALTER ROLE a PASSWORD '{}'",
    "SELECT $$it's$$; ALTER ROLE a PASSWORD '{}'",
    "SELECT $a$ $b$ ' $a$; ALTER ROLE a PASSWORD '{}'",
    "/* it's /* nested */ it's */ ALTER ROLE a PASSWORD '{}'",
    "/* it's */ ALTER ROLE a PASSWORD '{}'",
    "/*!999999 it's */ ALTER USER a IDENTIFIED BY '{}'",
    "ALTER USER a IDENTIFIED\n--\tx\nBY\n#x\n'{}'",
    "PREPARE s FROM 'ALTER USER a IDENTIFIED BY ''{}'''",
    "SELECT 'password', '{}'",
    "SELECT dblink_connect('c', 'postgresql://u:{}@h')",
    "ALTER SUBSCRIPTION s CONNECTION $$host=h password={}$$",
    "create user a identified by '{}', b identified by '{}'",
    "START SLAVE USER='u' PASSWORD='{}'",
    "password = {}", "PASSWORD='{}", "pwd={};x", "postgres://u:{}@h", "mysql://:{}@h/x", "a b c://u:{}@h d",
    "ALTER USER a IDENTIFIED BY {}", "CREATE ROLE a PASSWORD {}", "SET PASSWORD {}",
)
WORDS = st.text(st.sampled_from("abcXYZ0189_+!%^~"), min_size=6, max_size=20).map(lambda word: "Zq" + word + "qZ")


@given(st.sampled_from(LEAKY), WORDS)
def test_a_planted_secret_never_survives(frame: str, secret: str) -> None:
    assert secret not in redact(frame.replace("{}", secret))


NOISE = st.lists(
    st.sampled_from(["'", '"', "`", "\\", "$$", "$a$", "--", "-- ", "#", "/*", "*/", "/*!", "[", "]", "\n", " ", "="]),
    max_size=12,
).map("".join)


@given(NOISE, NOISE, st.sampled_from(["'", '"', "$$", "$a$"]), WORDS)
def test_whatever_stands_around_it_a_quoted_secret_does_not_survive(
    before: str, after: str, quote: str, secret: str
) -> None:
    assert secret not in redact(f"{before} ALTER USER a IDENTIFIED BY {quote}{secret}{quote} {after}")


@given(NOISE, st.sampled_from(sorted(REDACTED)), NOISE)
def test_redacting_again_changes_nothing_that_matters(before: str, text: str, after: str) -> None:
    once = redact(before + text + after)
    assert SECRET not in once
    assert SECRET not in redact(once)


@pytest.mark.parametrize(
    "unit",
    ["password '' ", "'", "password", "/*", "$a$", "://a:", "password= ", "password=x ", "\\'#`[$--/*! password ",
     "attach key ", "pragma copy dblink server ", "/*!", "password/**/", "password/*", "[", "`", "a", "create /**/"],
)
def test_a_megabyte_of_anything_takes_about_a_second_at_most(unit: str) -> None:
    text = unit * (1_000_000 // len(unit)) + " password 'x'"
    started = time.process_time()
    redact(text)
    large = time.process_time() - started
    assert large < 4, f"{large:.2f} s of processor time"


@given(st.text(max_size=30), st.sampled_from([*REDACTED]), st.text(max_size=30), st.data())
def test_a_place_that_is_not_hidden_stays_at_its_character(before: str, text: str, after: str, data: st.DataObject) -> None:
    whole = before + text + after
    at = data.draw(st.integers(0, len(whole)))
    hidden, moved = redact_at(whole, at)
    assert hidden == redact(whole)
    assert whole.startswith(hidden[:moved]) or MASK in hidden[:moved]
    assert whole.endswith(hidden[moved:]) or MASK in hidden[moved:]
    if hidden == whole:
        assert moved == at


def test_what_is_hidden_can_be_looked_for_elsewhere() -> None:
    assert secrets("ALTER ROLE a PASSWORD 'hunter2' VALID UNTIL 'no'") == ("hunter2",)
    assert secrets("SELECT 'hunter2'") == ()
    assert redact_at("ALTER ROLE a PASSWORD 'hunter2' FOO", 32) == ("ALTER ROLE a PASSWORD '***' FOO", 28)
    assert redact_at("ALTER ROLE a PASSWORD 'hunter2' FOO", 25) == ("ALTER ROLE a PASSWORD '***' FOO", 23)
