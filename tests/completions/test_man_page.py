"""The manual page says what the program says of itself, and man sets it without a complaint."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator

import click
import pytest

from safesql import errors
from safesql.cli.completions import FILES, scripts
from safesql.cli.completions.man import plain
from safesql.cli.completions.manual import EXIT_CODES
from safesql.cli.completions.manual import FILES as PLACES
from safesql.cli.registry import COMMANDS, load
from safesql.commands.find import commands
from tests.completions.shells import FOLDER, ROOT

PAGE = (FOLDER / "safesql.1").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
SETS: tuple[str, list[str], list[str]] = ("groff", ["-man"], ["-P-c"]) if shutil.which("groff") else ("mandoc", [], [])
"""What man sets a page with here, and how it is told to."""


def all_commands() -> Iterator[click.Command]:
    """The shell, its subcommands and theirs."""
    for name in ("shell", *COMMANDS):
        command = load(name)
        yield command
        if isinstance(command, click.Group):
            yield from (each for each in command.commands.values() if not each.hidden)


def sections(page: str) -> list[str]:
    return re.findall(r"^\.SH (.*)$", page, re.MULTILINE)


def terms(page: str, section: str) -> list[str]:
    """What is explained in a section, as it is typed."""
    part = page.partition(f".SH {section}\n")[2].partition("\n.SH ")[0]
    return [literal(each) for each in re.findall(r"^\.TP\n\.B (.*)$", part, re.MULTILINE)]


def literal(roff: str) -> str:
    """The text that troff makes of its escapes."""
    known = {"rs": "\\", "aq": "'", "ga": "`", "ha": "^", "ti": "~", "dq": '"'}
    text = re.sub(r"\\\[u([0-9A-F]+)\]", lambda found: chr(int(found[1], 16)), roff.removeprefix("\\&"))
    return re.sub(r"\\\((..)|\\(-)", lambda found: known[found[1]] if found[1] else found[2], text)


@pytest.mark.parametrize("name", FILES)
def test_the_file_that_is_installed_is_the_one_that_is_made_from_the_commands(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == scripts()[name], "run: python -m safesql.cli.completions completions"


def test_every_file_that_is_made_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert set(shared) == {f"completions/{name}" for name in FILES}
    assert shared["completions/safesql.1"] == "share/man/man1/safesql.1"


def test_it_has_the_sections_that_readers_look_for() -> None:
    assert sections(PAGE) == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "AT THE PROMPT", "EXIT STATUS", "ENVIRONMENT", "FILES",
        "EXAMPLES", "SEE ALSO",
    ]  # fmt: skip


def test_it_has_every_option_of_every_command() -> None:
    for command in all_commands():
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                for spelling in (*option.opts, *option.secondary_opts):
                    assert f"\\fB{plain(spelling)}\\fP" in PAGE, (command.name, spelling)


def test_it_has_every_subcommand_and_every_backslash_command() -> None:
    for name in COMMANDS:
        assert f"\n.SS safesql {name}" in PAGE
    explained = terms(PAGE, "AT THE PROMPT")
    assert [command.USAGE for command in commands()] == explained[: len(commands())]


def test_its_exit_codes_are_those_of_the_errors_and_of_the_readme() -> None:
    assert terms(PAGE, "EXIT STATUS") == [str(code) for code, _ in EXIT_CODES]
    raised = {each.exit_code for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.SafesqlError)}
    assert raised | {0, 4} == {code for code, _ in EXIT_CODES}
    for code, about in EXIT_CODES:
        assert f"| {code} | {about} |" in README.replace("`", "")


def test_its_files_are_those_of_the_readme() -> None:
    own = [name for name, _ in PLACES if "safesql" in name]
    assert own == [name for name in terms(PAGE, "FILES") if "safesql" in name]
    for name in own:
        assert f"| `{name}` |" in README


@pytest.mark.parametrize("text", [".so /etc/passwd", "'br", "\\q", "a\\nb", '"quoted" - ~/.x', "·", "^C `x`", "\\*[x] \\(rs"])
def test_no_text_becomes_a_request_or_an_escape(text: str) -> None:
    page = f".TH X 1\n.SH Y\n{plain(text)}\n.TP\n.B {plain(text)}\nend\n"
    command = [SETS[0], *SETS[1], "-Tutf8", *SETS[2]]
    shown = subprocess.run(command, input=page, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert re.sub(r".\x08", "", shown).count(text) == 2
    assert literal(plain(text)) == text


def test_man_sets_it_without_a_complaint() -> None:
    command = ["groff", "-ww", "-man", "-Tutf8", "-z"] if SETS[0] == "groff" else ["mandoc", "-Tlint", "-Wwarning"]
    done = subprocess.run([*command, str(FOLDER / "safesql.1")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
