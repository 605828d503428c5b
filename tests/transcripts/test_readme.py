"""What README.md says is so: its tables are those of the registries, its examples are judged, parsed and checked."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from safesql import errors
from safesql.cli.edge import HELP
from safesql.cli.registry import COMMANDS, load
from safesql.config.findings import findings
from safesql.config.load import Places
from safesql.formats import FORMATS
from safesql.guard.action import Environment
from safesql.guard.judge import judge
from safesql.guard.policy import Policy
from safesql.guard.rules import RULES
from safesql.sql.dialects import DIALECTS
from safesql.sql.statement import Statement

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ENVIRONMENTS = tuple(reversed(Environment))
CORPUS = (*(ROOT / "tests/guard/corpus").glob("*.jsonl"), *(ROOT / "tests/guard/cases").glob("*.jsonl"))


def _rows(header: str) -> list[list[str]]:
    """The cells of a table, by the line that it begins with."""
    lines = README.split(f"\n{header}\n", 1)[1].splitlines()[1:]
    table = lines[: next(number for number, line in enumerate([*lines, ""]) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def _block(first: str) -> str:
    """The indented block that begins with a line, without its indentation."""
    lines = README[README.index(f"    {first}") :].splitlines()
    block = lines[: next(number for number, line in enumerate(lines) if line and not line.startswith("    "))]
    return "\n".join(line.removeprefix("    ") for line in block)


def _shown_commands() -> list[str]:
    """Every line that starts safesql, without its remark."""
    found = re.findall(r"^ {4,}(?:\$ |- run: )?(?:pip install \. && )?(safesql .*)$", README, re.MULTILINE)
    return [re.sub(r" {2,}#.*", "", line) for line in found]


def test_every_rule_is_listed_with_its_actions() -> None:
    expected = [[f"`{rule.name}`", *(rule.action(environment).word for environment in ENVIRONMENTS)] for rule in RULES]
    assert _rows("| rule | production | staging | development |") == expected


@pytest.mark.parametrize("row", _rows("| statement | production | staging | development |"), ids=lambda row: row[0])
def test_every_example_has_its_verdicts(row: list[str]) -> None:
    statement = Statement(row[0].strip("`"), DIALECTS["postgres"])
    verdicts = [judge(statement, Policy(environment=environment)).action.word for environment in ENVIRONMENTS]
    assert verdicts == row[1:]


def test_every_format_is_named() -> None:
    said = README.split("`--format`: ", 1)[1].split(".\n", 1)[0]
    assert set(re.findall(r"`(\w+)`", said)) == set(FORMATS)


def test_every_exit_code_is_listed() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.SafesqlError)]
    codes = {0, 4, *(kind.exit_code for kind in classes)}
    assert [row[0] for row in _rows("| code | meaning |")] == [str(code) for code in sorted(codes)]


@pytest.mark.parametrize("line", _shown_commands())
def test_every_command_that_is_shown_is_understood(line: str) -> None:
    _, *words = shlex.split(line)
    name = words.pop(0) if words and words[0] in COMMANDS else "shell"
    command = load(name)
    command.make_context(name, words, help_option_names=HELP)


def test_the_configuration_that_is_shown_is_good(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(_block("# ~/.config/safesql/config.toml"), "utf-8")
    path.chmod(0o600)
    places = Places({"HOME": str(tmp_path)}, config=path, system=tmp_path / "none.toml")
    assert [str(finding) for finding in findings(places)] == []


def test_the_answers_that_are_shown_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "changes.sql"
    path.write_text(_block("-- safesql: allow"), "utf-8")
    command = [sys.executable, "-m", "safesql", "demo", "--no-config", "-f", str(path)]
    told = path.read_text("utf-8").replace("DELETE", "-- safesql: allow over-confirm-rows: the demo asks above 10 rows\nDELETE")
    path.write_text(told, "utf-8")
    environ = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60)
    assert (done.returncode, "DELETE billing: 137 rows" in done.stderr) == (0, True), done.stderr


def test_there_are_as_many_labelled_statements_as_it_says() -> None:
    text = "".join(file.read_text("utf-8") for file in CORPUS)
    for kind in ("dangerous", "safe"):
        said = re.search(rf"more than (\d+)\s{kind}", README)
        assert said
        assert len(re.findall(rf'"class": ?"{kind.removesuffix("ous")}"', text)) > int(said[1])


def test_every_link_leads_somewhere() -> None:
    paths = re.findall(r"\]\(([^)#]+)\)", README) + re.findall(r"`((?:tests|safesql)/[\w/.]+)`", README)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
