"""Backslash commands, one module each: ``NAMES``, ``USAGE``, ``SUMMARY`` and ``run(shell, argument)``.

``COMMANDS`` is the registry; they are imported when the first backslash is typed.
"""

COMMANDS = (
    "help_",
    "quit_",
    "connect",
    "conninfo",
    "databases",
    "describe",
    "tables",
    "views",
    "indexes",
    "sequences",
    "functions",
    "schemas",
    "users",
    "ddl",
    "use",
    "expanded",
    "pset",
    "aligned",
    "timing",
    "output",
    "include",
    "edit",
    "stage",
    "preview",
    "explain_guard",
    "pretty",
    "guard",
    "rules",
    "settings",
    "delimiter",
    "echo",
    "buffer",
    "reset",
    "history",
)
"""Modules of this package that are commands, in the order of the help."""
