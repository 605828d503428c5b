"""Why a test run cannot start."""

from __future__ import annotations


class Trouble(Exception):
    """``str(trouble)`` says what is missing and the one command to type."""
