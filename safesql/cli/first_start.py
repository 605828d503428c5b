"""The first prompt of a person writes a configuration that says how all is without it, and where it is."""

from __future__ import annotations

import os

from safesql.config.files import Places
from safesql.errors import SafesqlError
from safesql.store.private import open_private, private_folder

TEXT = """\
# safesql's configuration. All of it is commented out: this is how it is without it.
# safesql config init asks for a first profile, safesql config check reads this file, man safesql is the manual.

# default_profile = "dev"                # the one that safesql without a TARGET connects with

# [ui]
# keybindings = "emacs"                  # or "vi"; F4 switches
# prompt = "{environment} {who}{flags}{transaction}> "    # also user, target, database, role, tls, state, age
# background = "dark"                    # or "light": colours that are read well on it; unsaid: on both
# format = "table"                       # vertical, csv, tsv, json, jsonl, markdown, html, insert
# pager = true                           # long results in $PAGER
# row_limit = 1000                       # rows of one result on the screen; 0 for all
# plain = false                          # a prompt of lines alone, for a screen reader

# [ui.keys]
# "vi-insert jk" = "normal-mode"

# [profiles.dev]                         # safesql dev
# url = "postgresql://app@localhost/shop"
# environment = "development"            # production, staging or development: what its policy begins with
# autocommit = true
# on_error_rollback = "off"              # "on": a statement that fails costs no transaction of PostgreSQL
# password_command = ["pass", "show", "db/dev"]

# [profiles.dev.policy]
# confirm_rows = 100                     # more rows than these: asked, with the count
# max_rows = 10000                       # more: refused, and rolled back if it happened
"""


def first_start(places: Places) -> str:
    """Write the user's file where there is none; the sentence about it, or nothing.

    A home that cannot be written to is no reason to disturb.
    """
    if places.config is not None or places.without or os.path.lexists(places.user):
        return ""
    try:
        private_folder(places.user.parent)
        with os.fdopen(open_private(places.user, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w", encoding="utf-8") as file:
            file.write(TEXT)
    except (OSError, SafesqlError):
        return ""
    return f"your configuration is {places.user}, with everything in it commented out"
