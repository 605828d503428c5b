"""The pictures in README.md are what the prompt shows today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def test_the_pictures_show_what_the_prompt_shows() -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "take.py"), "--check"], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_picture_is_in_the_readme() -> None:
    readme = (FOLDER.parent.parent / "README.md").read_text("utf-8")
    assert [path.name for path in sorted(FOLDER.glob("*.svg")) if f"tests/pictures/{path.name}" not in readme] == []
