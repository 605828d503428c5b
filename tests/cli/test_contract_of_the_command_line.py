"""The contract that scripts rely on, from the outside: a real process, real files, exit codes, stdout and stderr."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from safesql.cli import main
from safesql.cli.registry import COMMANDS

ROWS = 7


@dataclass(frozen=True, slots=True)
class Shell:
    """A home of its own, and a database with one table ``billing`` of seven rows."""

    home: Path

    @property
    def database(self) -> Path:
        return self.home / "shop.db"

    def __call__(self, *words: str, stdin: str | bytes = "", **environ: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "NO_COLOR": "1", **environ}
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "safesql", *words], input=data, capture_output=True, env=env, cwd=self.home, timeout=60
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def on(self, *words: str, stdin: str | bytes = "", **environ: str) -> subprocess.CompletedProcess[str]:
        """The same, with the database as target."""
        return self(str(self.database), *words, stdin=stdin, **environ)

    def rows(self, table: str = "billing") -> int:
        with closing(sqlite3.connect(self.database)) as database:
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def script(self, text: str | bytes, name: str = "changes.sql") -> str:
        path = self.home / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def audit(self) -> list[dict[str, object]]:
        log = self.home / ".local/state/safesql/audit.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    with closing(sqlite3.connect(shell.database)) as database, database:
        database.execute("CREATE TABLE billing (id INTEGER PRIMARY KEY, amount NUMERIC, note TEXT)")
        database.executemany("INSERT INTO billing VALUES (?, ?, ?)", [(n, n * 10, f"n{n}") for n in range(1, ROWS + 1)])
    return shell


def test_a_read_prints_tab_separated_values_when_piped(shell: Shell) -> None:
    done = shell.on("-c", "SELECT id, note FROM billing WHERE id < 3 ORDER BY id")
    assert (done.returncode, done.stdout, done.stderr) == (0, "id\tnote\n1\tn1\n2\tn2\n", "")


def test_the_founding_story_is_refused_with_its_rows_and_its_rule(shell: Shell) -> None:
    done = shell.on("-c", "delete from billing;")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "delete-without-where" in done.stderr
    assert "7 of 7 rows of billing" in done.stderr
    assert shell.rows() == ROWS


def test_piped_input_is_a_batch_and_meets_the_same_guard(shell: Shell) -> None:
    assert shell.on(stdin="SELECT count(*) FROM billing;").stdout == "count(*)\n7\n"
    assert shell.on(stdin="DELETE FROM billing;").returncode == 3
    assert shell.rows() == ROWS


def test_nothing_is_sent_when_any_statement_of_the_file_is_refused(shell: Shell) -> None:
    done = shell.on("-f", shell.script("INSERT INTO billing VALUES (8, 1, 'x');\nUPDATE billing SET amount = 0;\n"))
    assert done.returncode == 3
    assert "changes.sql:2" in done.stderr
    assert shell.rows() == ROWS


def test_a_file_that_was_cut_off_is_not_run(shell: Shell) -> None:
    done = shell.on("-f", shell.script("SELECT 1;\nDELETE FROM billing WHERE id = 3"))
    assert done.returncode == 3
    assert "terminator" in done.stderr
    assert shell.rows() == ROWS


def test_a_last_read_needs_no_terminator(shell: Shell) -> None:
    assert shell.on("-f", shell.script("SELECT 1 AS one")).stdout == "one\n1\n"


def test_a_failure_before_any_change_is_1_and_after_a_commit_is_4(shell: Shell) -> None:
    first = shell.on("-f", shell.script("SELECT nothing FROM nowhere;\nDELETE FROM billing WHERE id = 1;\n"))
    assert (first.returncode, shell.rows()) == (1, ROWS)
    assert "1 did not run" in first.stderr
    second = shell.on("-f", shell.script("DELETE FROM billing WHERE id = 1;\nSELECT nothing FROM nowhere;\n"))
    assert (second.returncode, shell.rows()) == (4, ROWS - 1)
    assert "committed" in second.stderr


def test_on_error_continue_goes_on_and_still_fails(shell: Shell) -> None:
    text = "SELECT nothing FROM nowhere;\nDELETE FROM billing WHERE id = 1;\n"
    done = shell.on("-f", shell.script(text), "--on-error", "continue")
    assert (done.returncode, shell.rows()) == (4, ROWS - 1)


def test_single_transaction_keeps_nothing_of_a_failed_run(shell: Shell) -> None:
    done = shell.on("-1", "-f", shell.script("DELETE FROM billing WHERE id = 1;\nSELECT nothing FROM nowhere;\n"))
    assert (done.returncode, shell.rows()) == (1, ROWS)


def test_single_transaction_commits_a_good_run(shell: Shell) -> None:
    done = shell.on("-1", "-f", shell.script("DELETE FROM billing WHERE id = 1;\nDELETE FROM billing WHERE id = 2;\n"))
    assert (done.returncode, shell.rows()) == (0, ROWS - 2)


@pytest.mark.parametrize("breaker", ["COMMIT", "BEGIN", "ROLLBACK", "END", "VACUUM"])
def test_single_transaction_refuses_what_would_break_it(shell: Shell, breaker: str) -> None:
    done = shell.on("-1", "-f", shell.script(f"DELETE FROM billing WHERE id = 1;\n{breaker};\n"))
    assert (done.returncode, shell.rows()) == (3, ROWS)
    assert "changes.sql:2" in done.stderr


def test_a_transaction_left_open_is_rolled_back_and_said(shell: Shell) -> None:
    done = shell.on("-f", shell.script("BEGIN;\nDELETE FROM billing WHERE id = 1;\n"))
    assert (done.returncode, shell.rows()) == (1, ROWS)
    assert "rolled back" in done.stderr


def test_expected_rows_that_differ_roll_back_with_6(shell: Shell) -> None:
    done = shell.on("-c", "DELETE FROM billing WHERE id > 5", "--expect-rows", "1")
    assert (done.returncode, shell.rows()) == (6, ROWS)
    assert shell.on("-c", "DELETE FROM billing WHERE id > 5", "--expect-rows", "2").returncode == 0
    assert shell.rows() == ROWS - 2


def test_a_comment_expects_rows(shell: Shell) -> None:
    text = "-- safesql: expect 3 rows\nDELETE FROM billing WHERE id > 5;\n"
    assert shell.on("-f", shell.script(text)).returncode == 6
    assert shell.rows() == ROWS


def test_allow_answers_confirm_and_never_block(shell: Shell) -> None:
    words = ("--allow", "delete-without-where", "--reason", "staging table")
    assert shell.on("-c", "DELETE FROM billing", *words).returncode == 3
    assert shell.on("-c", "DELETE FROM billing", *words, "--environment", "development").returncode == 0
    assert shell.rows() == 0
    assert any("staging table" in json.dumps(record) for record in shell.audit())


def test_a_comment_answers_one_statement_and_no_other(shell: Shell) -> None:
    text = "-- safesql: allow delete-without-where: refilled below\nDELETE FROM billing;\nDELETE FROM billing;\n"
    assert shell.on("-f", shell.script(text), "--environment", "development").returncode == 3
    assert shell.rows() == ROWS


def test_staging_writes_changes_down_and_runs_reads(shell: Shell) -> None:
    text = "SELECT count(*) AS n FROM billing;\nDELETE FROM billing;\n"
    done = shell.on("-f", shell.script(text), "--stage", "review.sql")
    assert (done.returncode, done.stdout, shell.rows()) == (0, "n\n7\n", ROWS)
    review = (shell.home / "review.sql").read_text()
    assert "\nDELETE FROM billing;" in review
    assert "7 of 7" in review
    assert (shell.home / "review.sql").stat().st_mode & 0o777 == 0o600
    again = shell.on("-f", "review.sql")
    assert again.returncode == 3
    (shell.home / "review.sql").write_text(review.replace("DELETE FROM billing;", "DELETE FROM billing WHERE id = 3;"))
    assert shell.on("-f", "review.sql").returncode == 0
    assert shell.rows() == ROWS - 1


def test_dry_run_counts_and_changes_nothing(shell: Shell) -> None:
    done = shell.on("--dry-run", "-f", shell.script("DELETE FROM billing WHERE id < 4;\n"))
    assert (done.returncode, shell.rows()) == (0, ROWS)
    assert "3 of 7 rows of billing" in done.stdout + done.stderr


def test_gzip_scripts_are_read_whatever_they_are_called(shell: Shell) -> None:
    script = shell.script(gzip.compress(b"SELECT 42 AS n;\n"), "packed.sql")
    assert shell.on("-f", script).stdout == "n\n42\n"


def test_standard_input_is_a_file_named_dash(shell: Shell) -> None:
    assert shell.on("-f", "-", stdin="SELECT 42 AS n;\n").stdout == "n\n42\n"


def test_included_files_are_judged_too(shell: Shell) -> None:
    shell.script("DELETE FROM billing;\n", "inner.sql")
    done = shell.on("-f", shell.script("SELECT 1;\n\\i inner.sql\n"))
    assert (done.returncode, shell.rows()) == (3, ROWS)
    assert "inner.sql:1" in done.stderr


@pytest.mark.parametrize("line", ["\\! touch pwned", ".shell touch pwned", "\\copy x from program 'x'", "\\o |cat", ".system x"])
def test_commands_that_run_programs_are_refused_by_name(shell: Shell, line: str) -> None:
    done = shell.on("-f", shell.script(f"SELECT 1;\n{line}\n"))
    assert done.returncode == 3
    assert not (shell.home / "pwned").exists()


BAD = [
    (("--no-such-option",), 2),
    (("--format", "xml"), 2),
    (("-f", "missing.sql"), 2),
    (("-f", "."), 2),
    (("-c", "SELECT 1", "-f", "x.sql"), 2),
    (("--allow", "delete-without-where", "-c", "SELECT 1"), 2),
    (("--allow", "no-such-rule", "--reason", "x", "-c", "SELECT 1"), 2),
    (("--expect-rows", "-3", "-c", "SELECT 1"), 2),
    (("-1", "--on-error", "continue", "-c", "SELECT 1"), 2),
    (("--config", "missing.toml", "-c", "SELECT 1"), 9),
    (("--profile", "nobody", "-c", "SELECT 1"), 9),
]


@pytest.mark.parametrize(("words", "code"), BAD, ids=lambda value: " ".join(value) if isinstance(value, tuple) else None)
def test_bad_input_gives_one_sentence_and_its_exit_code(shell: Shell, words: tuple[str, ...], code: int) -> None:
    done = shell(*words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


TARGETS = [
    ("postgresql://localhost:notaport/x", 2),
    ("postgresql://nobody@127.0.0.1:1/x", 8),
    ("mysql://nobody@127.0.0.1:1/x", 8),
    ("oracle://x/y", 2),
    ("host=127.0.0.1 port=1 dbname=x", 8),
    ("host='unterminated", 2),
    ("no-such-profile", 2),
    ("sqlite:////no/such/folder/x.db", 2),
]


@pytest.mark.parametrize(("target", "code"), TARGETS)
def test_bad_targets_give_one_sentence_and_their_exit_code(shell: Shell, target: str, code: int) -> None:
    done = shell(target, "-c", "SELECT 1")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("text", [b"SELECT '\xff';", "SELECT 1;".encode("utf-16"), b"\x1f\x8bnot gzip at all"])
def test_bad_encodings_give_a_sentence(shell: Shell, text: bytes) -> None:
    done = shell.on("-f", shell.script(text))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["SELECT 'unterminated;", "SELECT (1;", "SELECT 1 /* open", "DELETE FROM billing WHERE id = 'x"])
def test_unterminated_input_is_never_sent(shell: Shell, text: str) -> None:
    assert shell.on("-f", shell.script(text)).returncode == 3
    assert shell.rows() == ROWS


def test_a_log_that_cannot_be_written_stops_everything(shell: Shell) -> None:
    state = shell.home / ".local/state"
    state.mkdir(parents=True)
    (state / "safesql").write_text("in the way")
    done = shell.on("-c", "DELETE FROM billing WHERE id = 1")
    assert done.returncode == 3
    assert shell.rows() == ROWS


def test_intent_stands_before_outcome_in_the_audit_log(shell: Shell) -> None:
    shell.on("-c", "DELETE FROM billing WHERE id = 1")
    events = [(record.get("event"), record.get("outcome")) for record in shell.audit()]
    assert events == [("intent", None), ("outcome", "done")]


def test_the_demo_refuses_and_counts(shell: Shell) -> None:
    refused = shell("demo", stdin="DELETE FROM billing;")
    assert refused.returncode == 3
    assert "2,431 of 2,431 rows of billing" in refused.stderr
    counted = shell("demo", stdin="SELECT count(*) FROM billing;")
    assert (counted.returncode, counted.stdout) == (0, "count(*)\n2431\n")


def test_check_needs_no_connection_and_prints_the_contract(shell: Shell) -> None:
    done = shell("check", "--dialect", "postgres", "--format", "json", "-", stdin="SELECT 1;\n\nDELETE FROM t;\n")
    assert done.returncode == 3
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["verdict"], first["rules"]) == ("allow", [])
    assert (second["line"], second["column"], second["statement"], second["verdict"]) == (3, 1, "DELETE FROM t", "block")
    assert second["rules"][0]["id"] == "delete-without-where"
    assert {"message", "line", "column"} <= second["rules"][0].keys()


def test_check_is_0_when_every_verdict_is_allow(shell: Shell) -> None:
    assert shell("check", "--dialect", "mysql", "-", stdin="DELETE FROM t WHERE id = 1;").returncode == 0


def test_check_wants_a_dialect(shell: Shell) -> None:
    done = shell("check", "-", stdin="SELECT 1;")
    assert done.returncode == 2
    assert "--dialect" in done.stderr


@pytest.mark.parametrize("form", ["sarif", "github", "text"])
def test_check_writes_other_forms(shell: Shell, form: str) -> None:
    done = shell("check", "--dialect", "sqlite", "--format", form, "-", stdin="DELETE FROM t;\nDROP TABLE x;\n")
    assert done.returncode == 3
    assert "delete-without-where" in done.stdout
    if form == "sarif":
        log = json.loads(done.stdout)
        assert log["version"] == "2.1.0"
        assert {result["ruleId"] for result in log["runs"][0]["results"]} >= {"delete-without-where"}


def test_rules_lists_and_explains(shell: Shell) -> None:
    assert "delete-without-where" in shell("rules").stdout
    explained = shell("rules", "delete-without-where").stdout
    assert "stopped:" in explained
    assert "passed:" in explained
    assert shell("rules", "delete-without-wher").returncode == 2


def test_version_and_help(shell: Shell) -> None:
    assert shell("--version").stdout.startswith("safesql ")
    assert "TARGET" in shell("--help").stdout


def test_no_password_reaches_the_log(shell: Shell) -> None:
    shell("mysql://root:s3cr3t-word@127.0.0.1:1/x", "-c", "CREATE USER x IDENTIFIED BY 'an0ther-word'")
    shell.on("-c", "SELECT 'x' AS \"PASSWORD 'an0ther-word'\"")
    kept = "".join(path.read_text() for path in (shell.home / ".local").rglob("*") if path.is_file())
    assert "s3cr3t-word" not in kept
    assert "an0ther-word" not in kept


def test_a_reader_that_leaves_early_is_no_mistake_of_ours(shell: Shell) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000) SELECT i FROM n"
    env = {"PATH": os.environ["PATH"], "HOME": str(shell.home)}
    words = [sys.executable, "-m", "safesql", str(shell.database), "-c", many]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"i\n"
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


def test_an_answer_to_one_danger_is_none_to_the_number_of_rows(shell: Shell) -> None:
    shell.script("[policy]\nconfirm_rows = 3\n", "limits.toml")
    (shell.home / "limits.toml").chmod(0o600)
    words = ("--config", "limits.toml", "--environment", "development", "-c", "DELETE FROM billing", "--reason", "x", "--allow")
    assert shell.on(*words, "delete-without-where").returncode == 3
    assert shell.rows() == ROWS
    assert shell.on(*words, "delete-without-where,over-confirm-rows").returncode == 0
    assert shell.rows() == 0


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("-h", "--help"):
        assert main([command, word]) == 0
        assert "Usage: safesql" in capsys.readouterr().out
