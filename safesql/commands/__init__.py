"""Backslash commands, one module each: ``NAMES``, ``USAGE``, ``SUMMARY`` and ``run(shell, argument)``.

``GROUPS`` is the registry; they are imported when the first backslash is typed.
"""

GROUPS = {
    "general": ("help_", "quit_", "connect", "conninfo", "use", "password", "history"),
    "what there is": (
        "databases",
        "schemas",
        "describe",
        "tables",
        "views",
        "indexes",
        "sequences",
        "functions",
        "types",
        "domains",
        "extensions",
        "tablespaces",
        "users",
        "privileges",
        "ddl",
        "sources",
    ),
    "the statement and the buffer": (
        "again",
        "again_expanded",
        "gdesc",
        "edit",
        "edit_function",
        "edit_view",
        "buffer",
        "reset",
        "pretty",
        "explain",
        "errverbose",
        "bench",
        "watch",
    ),
    "guard, review and undo": (
        "preview",
        "explain_guard",
        "guard",
        "rules",
        "unlock",
        "when",
        "stage",
        "begin",
        "journal",
        "undo",
    ),
    "results": (
        "expanded",
        "pset",
        "aligned",
        "tuples",
        "markup",
        "timing",
        "output",
        "copy",
        "copyas",
        "chart",
        "crosstabview",
    ),
    "scripts and named queries": ("include", "echo", "named", "named_save", "named_drop"),
    "settings and variables": ("settings", "unset", "delimiter", "encoding"),
}
"""Modules of this package that are commands, by the headings of the help and in its order."""

COMMANDS = tuple(name for names in GROUPS.values() for name in names)
"""All of them."""
