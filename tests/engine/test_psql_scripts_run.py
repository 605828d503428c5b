r"""A script of psql's, judged whole and then run on PostgreSQL: what its commands do, and what is refused by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from safesql.engine.script import text_source
from safesql.engine.walk import Walk
from safesql.errors import Refused, UsageError
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement
from safesql.target import Target


def runs(target: Target, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """A run of ``-f`` in a development environment."""
    (folder / "s.sql").write_text(script, "utf-8")
    config = folder / "config.toml"
    config.write_text(
        f'[profiles.p]\ndialect = "postgres"\nhost = "{target.host}"\nport = {target.port}\nuser = "{target.user}"\n'
        f'database = "{target.database}"\nenvironment = "development"\n', "utf-8")
    config.chmod(0o600)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run([sys.executable, "-m", "safesql", "--config", str(config), "p", "-f", "s.sql"], cwd=folder, text=True,
                          env=environment, capture_output=True, timeout=60, check=False)


def test_variables_branches_and_copies_do_what_psql_does(postgres_target: Target, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("1\tone\n2\ttwo\n", "utf-8")
    done = runs(postgres_target, tmp_path, "\\set t demo\ncreate table :t (id int, name text);\n\\copy demo from 'in.txt'\n"
                "select count(*) as n from :\"t\" \\gset c_\n\\echo rows: :c_n\n\\if :c_n\nselect 'no boolean';\n\\endif\n")
    assert (done.returncode, done.stdout) == (4, "rows: 2\n"), done.stderr
    assert "'2' is neither true nor false" in done.stderr
    done = runs(postgres_target, tmp_path, "insert into demo values (7, 'x')\\; insert into demo values (8, 'y');\n"
                "\\copy (select * from demo where id > 6 order by id) to 'out.txt'\nselect name from demo where id = 7 \\g g.txt\n"
                "select 1 as a\n\\gset\nselect\n\\if :a\n 'yes'\n\\else\n (\n\\endif\nas b;\n\\q\nthis is not read\n")
    assert (done.returncode, done.stdout) == (0, "b\nyes\n"), done.stderr
    assert ((tmp_path / "out.txt").read_text("utf-8"), (tmp_path / "g.txt").read_text("utf-8")) == ("7\tx\n8\ty\n", "name\nx\n")


def test_of_joined_statements_all_happen_or_none(postgres_target: Target, tmp_path: Path) -> None:
    done = runs(postgres_target, tmp_path, "create table t (id int primary key);\n"
                "insert into t values (1)\\; insert into t values (1)\\; insert into t values (2);\n")
    assert done.returncode == 4
    assert runs(postgres_target, tmp_path, "select count(*) from t;").stdout == "count\n0\n"


def test_what_a_query_wrote_is_judged_before_it_is_sent(postgres_target: Target, tmp_path: Path) -> None:
    assert runs(postgres_target, tmp_path, "create table t as select 1 as id;").returncode == 0
    done = runs(postgres_target, tmp_path, "select 'select 5 as five', 'delete from t' \\gexec\n")
    assert done.returncode == 3
    assert runs(postgres_target, tmp_path, "select count(*) from t;").stdout == "count\n1\n"


REFUSED = [
    ("postgres", "\\! ls\n", "runs a program"), ("postgres", "\\copy t from program 'ls'\n", "runs a program"),
    ("postgres", "\\set x `ls`\n", "backquotes run a program"), ("postgres", "select 1 \\g | sh\n", "runs a program"),
    ("postgres", "\\o f\n", "files of its own"), ("postgres", "\\c other\n", "leaves this connection"),
    ("postgres", "\\prompt x\n", "asks a person"), ("postgres", "select 1 \\watch 1\n", "not built"),
    ("postgres", "select 1 \\crosstabview\n", "not built"), ("postgres", "\\set AUTOCOMMIT off\n", "commit by themselves"),
    ("postgres", "\\if true\n", "no \\endif"), ("postgres", "\\endif\n", "no \\if"), ("postgres", "\\nonsense\n", "knows"),
    ("mariadb", "system ls\n", "runs a program"), ("mariadb", "\\! ls\n", "runs a program"), ("mariadb", "tee f\n", "files of its own"),
    ("mariadb", "connect x\n", "leaves this connection"), ("mariadb", "edit\n", "asks a person"), ("mariadb", "pager less\n", "runs a program"),
    ("sqlite", ".shell ls\n", "runs a program"), ("sqlite", ".read |ls\n", "runs a program"), ("sqlite", ".load x\n", "runs a program"),
    ("sqlite", ".open x\n", "leaves this connection"), ("sqlite", ".import a b\n", "files of its own"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "script", "why"), REFUSED)
def test_commands_are_refused_by_name_with_a_sentence(dialect: str, script: str, why: str) -> None:
    with pytest.raises((Refused, UsageError), match=re.escape(why)):
        list(Walk((text_source(script, 1),), DIALECTS[dialect]))


def _read(script: str, *, decided: bool = True) -> list[str]:
    walk = Walk((text_source(script, 1),), DIALECTS["postgres"], decided=decided)
    return [piece.text for piece in walk if isinstance(piece, Statement)]


def test_without_a_connection_all_branches_are_judged() -> None:
    script = "\\if false\nselect 1;\n\\elif true\nselect 2;\n\\else\nselect 3;\n\\endif\n"
    assert _read(script, decided=False) == ["select 1", "select 2", "select 3"]
    assert _read(script) == ["select 2"]


def test_what_branches_do_not_agree_on_is_not_known_behind_them() -> None:
    script = "\\set a 1\n\\set b 1\n\\if :u\n\\set a 2\n\\endif\nselect :a, :b;"
    assert _read(script, decided=False) == ["select :a, 1"]


def test_what_gset_may_have_set_is_not_known_before_the_run() -> None:
    assert _read("\\set x 1\n\\set y 1\nselect 5 as x \\gset\nselect :x, :y;") == ["select 5 as x", "select :x, 1"]


def test_quit_ends_the_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "inner.sql").write_text("select 1;\n\\q\nselect 2;\n", "utf-8")
    assert _read(f"\\i {tmp_path / 'inner.sql'}\nselect 3;\n\\q\nselect 4;") == ["select 1", "select 3"]
