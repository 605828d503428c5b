"""Commands of other clients that are refused by name, each with what to write instead."""

from __future__ import annotations

_PROGRAM = "runs a program; safesql starts none but your pager and your editor. Use another terminal"
_FILES = "moves files past the guard"
_SCRIPT = "stands in a script, which \\i FILE runs"
_BEHIND = "stands behind the statement that it sends, in the same line"
_PAGER = "starts a program of your choice from the prompt; set $PAGER before you start safesql"
_SHOWN = "is not needed: warnings are always shown"

_CATALOGS = {
    "dA": "pg_am", "dAc": "pg_opclass", "dAf": "pg_opfamily", "dAo": "pg_amop", "dAp": "pg_amproc",
    "dc": "pg_conversion", "dC": "pg_cast", "dd": "pg_description", "ddp": "pg_default_acl",
    "des": "pg_foreign_server", "det": "pg_foreign_table", "deu": "pg_user_mappings",
    "dew": "pg_foreign_data_wrapper", "dF": "pg_ts_config", "dFd": "pg_ts_dict", "dFp": "pg_ts_parser",
    "dFt": "pg_ts_template", "dl": "pg_largeobject_metadata", "lo_list": "pg_largeobject_metadata",
    "dL": "pg_language", "do": "pg_operator", "dO": "pg_collation", "drds": "pg_db_role_setting",
    "dRp": "pg_publication", "dRs": "pg_subscription", "dX": "pg_statistic_ext", "dy": "pg_event_trigger",
}  # fmt: skip

REFUSED = {
    **dict.fromkeys(("!", "system", "shell", "pipe", "setenv", "excel"), _PROGRAM),
    **dict.fromkeys(("lo_import", "lo_export", "lo_unlink", "import", "backup", "save", "restore", "dump"), _FILES),
    **dict.fromkeys(("gset", "gexec"), _BEHIND),
    **dict.fromkeys(("if", "elif", "else", "endif"), _SCRIPT),
    "C": "is not built: results have no title",
    **{name: f"is not built: SELECT * FROM {catalog} shows them" for name, catalog in _CATALOGS.items()},
    "da": "is not built: \\df lists aggregates with the functions",
    "dE": "is not built: \\dt lists foreign tables with the others",
    "dP": "is not built: \\dt lists partitioned tables with the others",
    "drg": "is not built: \\du says which roles a role is a member of",
    "dconfig": "is not built: SHOW ALL lists the settings of the server",
    "bind": "is not built: \\ns NAME QUERY keeps a query whose $1 is filled in by \\n NAME VALUE",
    "cd": "is not built: name files by their whole path, or start safesql in the other folder",
    "f": "is not built: \\pset format csv or tsv chooses what stands between columns",
    "w": "is not built: \\e opens the statement in your editor, which can write it",
    "prompt": "is not built: \\set NAME VALUE gives a variable its value",
    "getenv": "stands in a script, which \\i FILE runs",
    "once": "is not built: \\o FILE sends results to a file until \\o alone",
    "open": "is not built: \\c FILE opens another database",
    "rehash": "is not needed: names are looked up again after every change",
    "resetconnection": "is not built: \\c alone connects again",
    **dict.fromkeys(("nowarning", "warnings", "W"), _SHOWN),
    **dict.fromkeys(("pager", "P"), _PAGER),
    "R": "is not built: the template of the prompt is in the configuration",
    "eqp": "is not built: \\explain draws the plan of a statement",
    "width": "is not built: columns are as wide as what they hold",
    "separator": "is not built: \\pset format csv or tsv chooses what stands between columns",
    "changes": "is not needed: the rows that a statement changed are always told",
    "bail": "is an option of a run: safesql --on-error stop",
    "stats": "is not built: \\timing tells the time of each statement",
}
"""By their names, without the backslash or the dot."""
