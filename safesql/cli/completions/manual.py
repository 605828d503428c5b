"""What the manual page says that no option says: exit codes, files, the environment, examples."""

from __future__ import annotations

EXIT_CODES = (
    (0, "done; for check: every verdict is allow"),
    (1, "a statement failed; nothing of this run stays committed"),
    (2, "the command line is wrong"),
    (3, "refused before anything was sent; for check: at least one verdict is not allow"),
    (4, "a statement failed after part of the run was committed; the report says so"),
    (5, "a person said no"),
    (6, "drift: a count or a server is not what was confirmed, expected or pinned; rolled back"),
    (7, "outcome unknown: the connection was lost while committing"),
    (8, "could not connect or log in"),
    (9, "configuration is wrong"),
    (130, "interrupted"),
)

FILES = (
    ("/etc/safesql/config.toml", "the system's policy and profiles"),
    ("$XDG_CONFIG_HOME/safesql/config.toml", "yours, mode 0600 (~/.config by default)"),
    (".safesql.toml", "the project's: the nearest from the working directory upwards; trusted by content"),
    ("$XDG_STATE_HOME/safesql/trust/", "which files you trust, as they were then (~/.local/state by default)"),
    ("$XDG_STATE_HOME/safesql/audit.jsonl", "who ran what, why it was let through, how it ended"),
    ("$XDG_STATE_HOME/safesql/undo/", "rows before and after changes, and how each change ended"),
    ("$XDG_STATE_HOME/safesql/history-ENVIRONMENT.jsonl", "the prompt's history, secrets redacted"),
    ("~/.pgpass, ~/.my.cnf", "passwords, where others cannot read these files"),
    ("~/.pg_service.conf, ~/.mylogin.cnf", "services and login paths that a target may name"),
)

ENVIRONMENT = (
    ("SAFESQL_PROFILE", "the profile to connect with where neither a target nor --profile is given"),
    ("SAFESQL_TEAM_CONFIG", "a configuration file that a team shares; its content must be trusted"),
    ("SAFESQL_DEBUG", "when set, a mistake in safesql itself shows its traceback"),
    ("PGPASSWORD, MYSQL_PWD", "the password, where the profile's password_command and the URL give none"),
    ("PGHOST, PGPORT, PGUSER, PGDATABASE, PGSERVICE", "as psql reads them, for targets that do not say it"),
    ("MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_UNIX_PORT", "as mysql reads them, for targets that do not say it"),
    ("PAGER", "shows long results; less without it"),
    ("VISUAL, EDITOR", "opens on \\e"),
    ("NO_COLOR", "when it is not empty, nothing is coloured"),
)

EXAMPLES = (
    ("safesql postgresql://app@db.example.com/billing", "the prompt on a server"),
    ("safesql -p prod -1 -f changes.sql", "a script, all or nothing; what would break that is refused up front"),
    ("safesql -p prod --dry-run -f changes.sql", "verdicts and counted rows, nothing changed"),
    ("safesql check --dialect postgres changes.sql", "judge a file without a connection"),
    ("safesql demo", "the prompt on a small billing database of its own"),
)
