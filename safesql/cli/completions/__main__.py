"""Writes what is generated into ``completions`` below the working directory, or into the folder that is named."""

from __future__ import annotations

import sys
from pathlib import Path

from safesql.cli.completions import scripts

if __name__ == "__main__":
    folder = Path(*sys.argv[1:2] or ["completions"])
    for file, text in scripts().items():
        (folder / file).write_text(text, "utf-8")
