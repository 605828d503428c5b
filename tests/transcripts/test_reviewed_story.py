"""A change planned by one person, approved by another, applied once; and refused when something is different."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.transcripts.conftest import Home

Golden = Callable[[str, str], None]
README = Path(__file__).parent.parent.parent / "README.md"
SCRIPT = """\
DELETE FROM billing
WHERE status = 'void';
DELETE FROM billing;
"""
SMALLER = SCRIPT.replace("DELETE FROM billing;\n", "")
VARIES = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "SHA256"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "DIGEST"),
    (re.compile(r"sha256 [0-9a-f]{16}\b"), "sha256 BEGINNING"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)"), "TIME"),
    (re.compile(r'^(identity|database_id|timeline|product|user|role|label|database) = ".*"$', re.MULTILINE), r'\1 = "..."'),
    (re.compile(r"SHA256:[A-Za-z0-9+/]+"), "SHA256:KEY"),
)


def test_a_reviewed_change(server: str, home: Home, golden: Golden) -> None:
    script = home.folder / "changes.sql"
    script.write_text(SCRIPT, "utf-8")
    _allows(home)
    told = [
        home.runs("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", "--identity", "alice@example.com"),
        home.shows("changes.plan"),
        home.runs("apply", "changes.plan"),
    ]
    script.write_text(SMALLER, "utf-8")
    told.append(home.runs("plan", "changes.sql", "-p", "shop", "-o", "changes.plan", "--identity", "alice@example.com"))
    _signs(home, "bob")
    told += [home.runs("approve", "--check", "changes.plan"), home.runs("shop", "-c", "update billing set status = 'void' where id = 1")]
    told.append(home.runs("apply", "changes.plan"))
    told.append(home.runs("shop", "-c", "update billing set status = 'paid' where id = 1"))
    told += [home.runs("apply", "changes.plan"), home.runs("apply", "changes.plan")]
    text = "".join(told)
    for pattern, word in VARIES:
        text = pattern.sub(word, text)
    golden(f"{server}-reviewed", text)


def _allows(home: Home) -> None:
    """The team's list of those who may approve, and a policy that wants one of them."""
    for name in ("alice", "bob"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home.folder / name), "-C", name]
        subprocess.run(command, check=True)
    lines = [f"{name}@example.com {(home.folder / f'{name}.pub').read_text()}" for name in ("alice", "bob")]
    (home.folder / "signers").write_text("".join(lines))
    config = home.folder / ".config/safesql/config.toml"
    config.write_text(f'allowed_signers = "{home.folder}/signers"\n{config.read_text()}approvals = 1\n', "utf-8")


def _signs(home: Home, name: str) -> None:
    """What ``safesql approve`` leaves, without the question."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(home.folder / name), "-n", "safesql-plan", str(home.folder / "changes.plan")]
    subprocess.run(command, check=True, capture_output=True)


def test_the_readme_tells_this_story() -> None:
    golden = (Path(__file__).parent / "golden" / "postgres-reviewed.transcript").read_text("utf-8")
    readme = README.read_text("utf-8")
    shown = re.findall(r"(?:^    .*\n)+", readme[readme.index("## Plan, approve, apply") :].split("\n## ")[0], re.MULTILINE)
    runs = [part for block in shown for part in re.sub(r"^    ", "", block, flags=re.MULTILINE).split("\n$ ")]
    runs = [run for run in runs if "safesql " in run or "table = " in run]
    assert len(runs) >= 4
    assert [run for run in runs if run.removeprefix("$ ").strip() not in golden] == []
