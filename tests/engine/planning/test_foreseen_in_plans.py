"""What the server will refuse of a script is said when it is planned: both columns of a foreign key, the differing one marked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.planning.conftest import Home

TABLES = {
    "mariadb": "CREATE TABLE p (id int PRIMARY KEY, code varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin UNIQUE, n int);"
    "CREATE TABLE c (id int PRIMARY KEY, pid bigint, code varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, "
    "old varchar(9) CHARACTER SET latin1, n int);",
    "postgres": "CREATE TABLE p (id int PRIMARY KEY, code varchar(9) UNIQUE, n int);"
    "CREATE TABLE c (id int PRIMARY KEY, pid text, code int, old varchar(9), n int);",
}
KEY = "ALTER TABLE c ADD CONSTRAINT {0}_of_p FOREIGN KEY ({0}) REFERENCES p ({1});\n"
SCRIPT = KEY.format("pid", "id") + KEY.format("code", "code") + KEY.format("n", "n") + KEY.format("id", "id")
SAID = {
    "mariadb": (
        "changes.sql:1: c (pid) cannot refer to p (id): bigint(20) is not int(11); c.pid bigint(20)  <-- differs; p.id int(11)",
        "changes.sql:2: c (code) cannot refer to p (code): collation utf8mb4_general_ci is not utf8mb4_bin; "
        "c.code varchar(9), utf8mb4, utf8mb4_general_ci  <-- differs",
        "changes.sql:3: c (n) cannot refer to p (n): no index of p begins with these columns",
    ),
    "postgres": (
        "changes.sql:1: c (pid) cannot refer to p (id): text cannot be compared with integer; c.pid text  <-- differs; p.id integer",
        "changes.sql:2: c (code) cannot refer to p (code): integer cannot be compared with character varying",
        "changes.sql:3: c (n) cannot refer to p (n)",
    ),
}


@pytest.mark.parametrize("environment", ["production", "development"])
@pytest.mark.parametrize("server", TABLES)
def test_every_key_that_does_not_fit_is_told_in_any_environment(homes: Callable[[str], Home], server: str, environment: str) -> None:
    home = homes(server)
    config = home.folder / ".config/safesql/config.toml"
    config.write_text(config.read_text().replace("[profiles.shop]", f'[profiles.shop]\nenvironment = "{environment}"'))
    home.execute(TABLES[server])
    home.script(SCRIPT)
    done = home.safesql("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", code=0)
    for words in SAID[server]:
        assert words in done.stderr, done.stderr
        assert words.partition(": ")[2] in home.plan.read_text()
    assert "changes.sql:4" not in done.stderr


@pytest.mark.parametrize("server", TABLES)
def test_a_column_that_the_script_corrects_before_is_not_judged_by_the_old_one(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    home.execute(TABLES[server])
    change = "MODIFY pid int" if server == "mariadb" else "ALTER pid TYPE int USING pid::int"
    home.script(f"{KEY.format('id', 'id')}ALTER TABLE c {change};\n{KEY.format('pid', 'id')}")
    done = home.safesql("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", code=0)
    assert "cannot refer" not in done.stderr + home.plan.read_text()
