"""Writes the completion scripts into the folder that is named."""

from __future__ import annotations

import sys
from pathlib import Path

from safesql.cli.completions import scripts

if __name__ == "__main__":
    for file, text in scripts().items():
        (Path(sys.argv[1]) / file).write_text(text, "utf-8")
