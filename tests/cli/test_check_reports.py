"""The verdicts of ``check`` for programs: SARIF 2.1.0 as its schema demands, GitHub's annotations, JSON with ranges."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from safesql.guard.rules import RULES

SCRIPT = "SELECT 1;\r\n-- ü\r\n  DELETE\r\n\tFROM tábla;\r\nUPDATE t SET a = '\U0001f600', b = (SELECT 1);\r\nSET foreign_key_checks = 0;\r\n"
NAME = "änderung 1,2%.sql"


def _check(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    line = [sys.executable, "-m", "safesql", "check", "--dialect", "mariadb", *words]
    return subprocess.run(line, input=stdin.encode(), capture_output=True, env=env, cwd=folder, timeout=60, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_bytes(SCRIPT.encode())
    return tmp_path


def _ranges(region: dict[str, int]) -> str:
    """The characters of the script that a region names."""
    lines = SCRIPT.split("\n")
    start = sum(len(line) + 1 for line in lines[: region["startLine"] - 1]) + region["startColumn"] - 1
    end = sum(len(line) + 1 for line in lines[: region["endLine"] - 1]) + region["endColumn"] - 1
    return SCRIPT[start:end]


def test_sarif_has_all_that_its_schema_requires(folder: Path) -> None:
    done = _check(folder, "--format", "sarif", NAME)
    assert done.returncode == 3
    log: dict[str, Any] = json.loads(done.stdout)
    assert set(log) == {"version", "$schema", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert set(run) == {"tool", "results", "columnKind"}
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert set(driver) == {"name", "version", "rules"}
    assert [rule["id"] for rule in driver["rules"]] == [rule.name for rule in RULES]
    for rule in driver["rules"]:
        assert set(rule) == {"id", "shortDescription", "help", "defaultConfiguration"}
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
    found = []
    for result in run["results"]:
        assert set(result) == {"ruleId", "level", "message", "locations"}
        assert result["level"] in ("warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert unquote(urlsplit(uri).path) == NAME
        region = place["region"]
        assert all(isinstance(value, int) and value >= 1 for value in region.values())
        assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])
        found.append((result["ruleId"], _ranges(region)))
    assert found == [
        ("delete-without-where", "DELETE\r\n\tFROM tábla"),
        ("update-without-where", "UPDATE t SET a = '\U0001f600', b = (SELECT 1)"),
    ]


def test_sarif_of_nothing_found_is_a_log_too(folder: Path) -> None:
    done = _check(folder, "--format", "sarif", "-", stdin="SELECT 1;")
    assert done.returncode == 0
    assert json.loads(done.stdout)["runs"][0]["results"] == []


def test_annotations_are_what_github_reads(folder: Path) -> None:
    done = _check(folder, "--format", "github", NAME)
    assert done.returncode == 3
    pattern = r"::(error|warning) file=([^,:]*),line=(\d+),endLine=(\d+),col=(\d+),endColumn=(\d+),title=([a-z-]+)::([^\n]+)"
    lines = [re.fullmatch(pattern, line) for line in done.stdout.decode().splitlines()]
    assert all(lines)
    first = lines[0]
    assert first is not None
    assert first[2] == NAME.replace("%", "%25").replace(",", "%2C")
    assert first.groups()[2:7] == ("3", "4", "3", "12", "delete-without-where")
    assert first[8].startswith("every row of tábla goes; instead: name the rows")


def test_json_tells_ranges_and_the_kinds_of_effects(folder: Path) -> None:
    done = _check(folder, "--format", "json", "-", stdin=SCRIPT)
    assert done.returncode == 3
    read, delete, update, belt = (json.loads(line) for line in done.stdout.decode().splitlines())
    assert read["rules"] == []
    (finding,) = delete["rules"]
    assert [finding[key] for key in ("line", "column", "end_line", "end_column")] == [3, 3, 4, 12]
    assert finding["instead"]
    assert delete["effects"][0] == {"verb": "DELETE", "reach": "rows", "target": "tábla", "kind": "table", "extent": "all"}
    assert update["verdict"] == "block"
    assert belt["verdict"] == "allow"
    assert belt["rules"][0]["id"] == "belt-loosened"
    assert belt["effects"][0]["kind"] == "belt"


def test_standard_input_can_be_checked_beside_files(folder: Path) -> None:
    done = _check(folder, NAME, "-", stdin="TRUNCATE t;")
    text = done.stdout.decode()
    assert done.returncode == 3
    assert f"{NAME}:3:3: block delete-without-where" in text
    assert "standard input:1:1: type truncate" in text
    assert "5 statements, 3 would be stopped" in text


def test_the_files_of_a_copy_need_not_be_here_to_judge_it(folder: Path) -> None:
    script = "\\copy t from 'rows.txt'\n\\copy (select 1) to 'kept.txt'\n\\copy (delete from t returning *) to 'gone.txt'\n"
    (folder / "kept.txt").write_text("kept")
    done = _check(folder, "--dialect", "postgres", "-", stdin=script)
    text = done.stdout.decode()
    assert done.returncode == 3, done.stderr
    assert "standard input:3:" in text
    assert "3 statements, 1 would be stopped" in text
