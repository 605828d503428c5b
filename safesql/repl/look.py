"""The rows that the buffer would touch, at a key; the buffer stays as it is."""

from __future__ import annotations

from safesql.errors import SafesqlError
from safesql.formats.visible import visible
from safesql.repl.shell import Shell


def look(shell: Shell, text: str) -> None:
    r"""What ``\preview`` says of a text; what goes wrong is said as well."""
    from safesql.commands.preview import run

    try:
        run(shell, text)
    except SafesqlError as error:
        shell.say(f"no preview: {visible(str(error))}")
    finally:
        shell.terminal.finish()
