"""The shells themselves complete commands, options, choices, files, profiles and rules."""

from __future__ import annotations

import pytest

from tests.completions.shells import ALL, FOLDER, SHELLS, Place, write

COMPLETED = [
    ("safesql dem", "demo"),
    ("safesql config sh", "show"),
    ("safesql --dry", "--dry-run"),
    ("safesql --no-pa", "--no-pager"),
    ("safesql config show --ori", "--origin"),
    ("safesql --format verti", "vertical"),
    ("safesql --format=verti", "--format=vertical"),
    ("safesql --environment sta", "staging"),
    ("safesql --on-error cont", "continue"),
    ("safesql check --dialect pos", "postgres"),
    ("safesql check --format sar", "sarif"),
    ("safesql demo --format mark", "markdown"),
    ("safesql -f chan", "changes.sql"),
    ("safesql -f two", "two words.sql"),
    ("safesql -f 'two w", "two words.sql"),
    ("safesql -o chan", "changes.sql"),
    ("safesql --stage chan", "changes.sql"),
    ("safesql --config ../oth", "../other.toml"),
    ("safesql check chan", "changes.sql"),
    ("safesql check stale.db chan", "changes.sql"),
    ("safesql stal", "stale.db"),
    ("safesql stag", "staging_db"),
    ("safesql -p pro", "prod-eu"),
    ("safesql --profile=pro", "--profile=prod-eu"),
    ("safesql -p ops", "ops@eu.west+2"),
    ("safesql -p ops@", "ops@eu.west+2"),
    ("safesql -p ops@eu.w", "ops@eu.west+2"),
    ("safesql ops@e", "ops@eu.west+2"),
    ("safesql --dry-run stag", "staging_db"),
    ("safesql -f changes.sql stag", "staging_db"),
    ("safesql check -p pro", "prod-eu"),
    ("safesql config show pro", "prod-eu"),
    ("safesql --config ../other.toml -p ano", "another"),
    ("safesql --config=../other.toml ano", "another"),
    ("safesql --config ~/other.toml -p ano", "another"),
    ("safesql --config '../other.toml' -p ano", "another"),
    ("safesql rules delete-w", "delete-without-where"),
    ("safesql --allow delete-w", "delete-without-where"),
    ("safesql --allow truncate,delete-w", "truncate,delete-without-where"),
]

LEFT_ALONE = [
    "safesql prod-eu stag",                                     # one target
    "safesql --dry-run dem",                                    # subcommands stand in the first place
    "safesql -p prod-eu dem",
    "safesql --reason sta",
    "safesql -c sta",
    "safesql --config ../other.toml -p pro",
    "safesql --no-config -p pro",
    "safesql config names",                                     # for the completion itself
    "safesql config nam",
    "safesql rules --nam",
    "safesql demo sta",
    "safesql demo --ori",
]


@pytest.mark.parametrize(("line", "word"), COMPLETED)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(shell: str, line: str, word: str, place: Place) -> None:
    assert ALL[shell](line, place) == [word]


def test_a_folder_named_like_a_subcommand_does_not_take_its_place(place: Place) -> None:
    assert ALL["bash"]("safesql conf", place) == ["config"]


@pytest.mark.parametrize("line", LEFT_ALONE)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_has_nothing_to_offer(shell: str, line: str, place: Place) -> None:
    assert ALL[shell](line, place) == [line.rpartition(" ")[2]]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_broken_configuration_is_no_reason_to_print_at_the_prompt(shell: str, place: Place) -> None:
    write(place.config, "[profiles.prod-eu\n")
    assert ALL[shell]("safesql -p pro", place) == ["pro"]
    assert ALL[shell]("safesql --format verti", place) == ["vertical"]


@pytest.mark.parametrize("shell", SHELLS)
def test_without_safesql_on_the_path_the_rest_still_completes(shell: str, place: Place) -> None:
    (place.home / "bin" / "safesql").unlink()
    place.program("echo broken >&2; exit 1")
    assert ALL[shell]("safesql -p pro", place) == ["pro"]
    assert ALL[shell]("safesql chec", place) == ["check"]


def test_zsh_takes_the_script_by_source_too(place: Place) -> None:
    if "zsh" in SHELLS:
        script = f"autoload -U compinit; compinit -u -d $HOME/dump; source {FOLDER / '_safesql'}; print $_comps[safesql]"
        assert place.run("zsh", "-f", "-c", script) == "_safesql\n"
