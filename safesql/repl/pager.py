"""The pager's words for what it is to show: pspg gets tables, and only those, with its own options for csv and tsv."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

LESS = ("less",)
_LESS_OPTIONS = "-SRFX"    # wide lines scroll sideways, our colours pass, one screen needs no pager, and it stays
_BY_FORM = {"table": (), "csv": ("--csv", "--csv-header=on"), "tsv": ("--tsv", "--csv-header=on")}
"""Options of pspg for the formats that it lays out as a table: https://github.com/okbob/pspg."""


def browses_tables(pager: tuple[str, ...] | None) -> bool:
    """Whether it is pspg, which takes a single table, with nothing before or behind it."""
    return pager is not None and PurePath(pager[0]).name == "pspg"


def pager_words(pager: tuple[str, ...], form: str) -> tuple[str, ...]:
    """The command for a result in this format, or for text where it is empty; less for what is no table to pspg."""
    if not browses_tables(pager):
        return pager
    return LESS if form not in _BY_FORM else (*pager, *_BY_FORM[form])


def pager_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The person's own, but less may start no shell and no editor: what it shows came from a server."""
    return {"LESS": _LESS_OPTIONS, **environ, "LESSSECURE": "1"}
