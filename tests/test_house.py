"""What import-linter cannot see: who may make proofs, registries equal files, sizes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "safesql"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAKERS = {
    "Verdict": {"guard/judge.py"},
    "Clearance": {"engine/ask.py"},
    "Confirmation": {"engine/ask.py", "engine/answers.py"},
}


def _calls(path: Path) -> Iterator[str]:
    """Names that are called in a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name


@pytest.mark.parametrize("name", MAKERS)
def test_proofs_are_made_in_one_place(name: str) -> None:
    makers = {str(path.relative_to(PACKAGE)) for path in MODULES if name in _calls(path)}
    assert makers == MAKERS[name]


def test_probes_are_written_in_rewrite_alone() -> None:
    makers = {path.relative_to(PACKAGE).parts[0] for path in MODULES if "Probe" in _calls(path)}
    assert makers == {"rewrite"}


def test_no_module_is_longer_than_300_lines() -> None:
    long = {str(path.relative_to(ROOT)): n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 300}
    assert not long


def test_possessive_groups_are_compiled_in_one_place() -> None:
    group = re.compile(r"""\)(?:[*+?]|\{\d*,?\d*\})\+(?! )""")
    for path in MODULES:
        text = path.read_text("utf-8")
        if path.name != "possessive.py" and group.search(text):
            assert not re.search(r"\bre\.compile\(", text), f"{path}: Python before 3.11.5 needs safesql.sql.possessive"
            inline = re.findall(r"\bre\.(?:match|search|fullmatch|sub|split|findall|finditer)\(.*", text)
            assert not any(group.search(line) for line in inline), path


def test_every_module_says_what_it_is() -> None:
    silent = [str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not silent


def test_every_rule_file_is_in_the_registry() -> None:
    from safesql.guard.rules import RULES

    files = {path.stem.replace("_", "-") for path in (PACKAGE / "guard" / "rules").glob("*.py") if path.stem != "__init__"}
    assert {rule.name for rule in RULES} == files


def test_every_format_file_is_in_the_registry() -> None:
    from safesql.formats import FORMATS

    files = {path.stem for path in (PACKAGE / "formats").glob("*.py") if "def render(" in path.read_text("utf-8")}
    assert set(FORMATS) <= files | {form.removesuffix("_") for form in files}


def test_every_dialect_file_is_in_the_registry() -> None:
    from safesql.sql.dialects import DIALECTS

    files = {path.stem for path in (PACKAGE / "sql" / "dialects").glob("*.py") if path.stem != "__init__"}
    assert set(DIALECTS) == files


def test_the_top_level_holds_what_was_agreed() -> None:
    agreed = {"pyproject.toml", "safesql", "tests", "completions", "README.md", "LICENSE", "CHANGELOG.md"}
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert there <= agreed | {"build", "dist", "safesql.egg-info"}
