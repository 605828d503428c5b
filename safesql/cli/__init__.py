"""Options in, exit code out. Subcommands are named first: ``safesql check FILE``; everything else is the shell."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run safesql with these arguments (those of the process by default); returns the exit code of cli.md."""
    words = sys.argv[1:] if argv is None else argv
    if words == ["--version"]:
        from safesql import __version__

        sys.stdout.write(f"safesql {__version__}\n")
        return 0
    from safesql.cli.edge import run

    return run(words)
