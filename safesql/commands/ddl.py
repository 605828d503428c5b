r"""``\sv`` and ``.schema``: the text that made a view, or a table of SQLite."""

from __future__ import annotations

from safesql.commands.shell import Shell
from safesql.errors import UsageError

NAMES = ("sv", "schema")
USAGE = r"\sv NAME"
SUMMARY = "the query of a view; on SQLite the CREATE of anything (.schema)"


def run(shell: Shell, argument: str) -> None:
    """Show definitions; raises UsageError where the server keeps no text for the name."""
    from safesql.rewrite.catalog import catalog
    from safesql.rewrite.catalog_pattern import pattern

    connection = shell.session.connection
    asked, dialect = catalog(connection.dialect), connection.dialect
    found = [row for chunk in connection.query(asked.matching(dialect, pattern(argument, dialect))) for row in chunk]
    texts = []
    for schema, name, _kind in found:
        result = connection.query(asked.definition_of(dialect, str(schema), str(name)))
        texts += [str(text).rstrip().rstrip(";") for chunk in result for (text,) in chunk if text]
    if not texts:
        raise UsageError(f"there is no text for {argument.strip() or 'that'}; \\d describes tables")
    shell.page("".join(f"{text};\n" for text in texts))
