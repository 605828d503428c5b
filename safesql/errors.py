"""What can go wrong, as sentences for a person; the class of an error fixes the exit code.

    SafesqlError
    ├── UsageError         2    the command line is wrong
    ├── Refused            3    by policy, before anything was sent
    │   └── CannotRecord   3    the audit log cannot be written, so nothing is executed
    ├── StatementFailed    1/4  the server said no (4 when part of the run stays committed)
    │   └── Cancelled      130  the server stopped it because we asked
    ├── Declined           5    a person said no
    ├── Drift              6    a count or a target is not what was confirmed; rolled back
    ├── OutcomeUnknown     7    the connection was lost while committing
    ├── ConnectionLost     1/4  the connection was lost elsewhere; what ran stays as reported
    ├── CannotConnect      8    no connection or no login
    ├── ConfigError        9    configuration is wrong or not trusted
    └── Interrupted        130  Ctrl-C or SIGTERM
"""

from __future__ import annotations

from typing import ClassVar


class SafesqlError(Exception):
    """An expected failure: ``str(error)`` is a sentence that says what happened and what to do."""

    exit_code: ClassVar[int] = 1


class UsageError(SafesqlError):
    """The command line does not make sense."""

    exit_code = 2


class Refused(SafesqlError):
    """Policy said no, and nothing was sent."""

    exit_code = 3


class CannotRecord(Refused):
    """The intent could not be written down, so the statement was not sent."""


class StatementFailed(SafesqlError):
    """The server refused or failed a statement; the fields are the server's own words."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        detail: str = "",
        hint: str = "",
        position: int | None = None,
        context: str = "",
    ) -> None:
        """``code`` is the SQLSTATE (or SQLite's error name), ``position`` a 0-based index into the statement.

        ``about`` names the constraint, column or table it is about; ``found`` is what the doctor asked afterwards;
        ``severity`` and ``source``, the place in the server's own source, are PostgreSQL's.
        """
        super().__init__(message)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.position = position
        self.context = context
        self.about = ""
        self.severity = ""
        self.source = ""
        self.found: tuple[str, ...] = ()


class Cancelled(StatementFailed):
    """The statement was stopped on the server because we asked for it."""

    exit_code = 130


class ConnectionLost(SafesqlError):
    """The session is gone; an open transaction was rolled back by the server."""


class Declined(SafesqlError):
    """A person said no."""

    exit_code = 5


class Drift(SafesqlError):
    """Something is not what was confirmed or planned; rolled back."""

    exit_code = 6


class OutcomeUnknown(SafesqlError):
    """The connection was lost while committing: it may or may not have happened."""

    exit_code = 7


class CannotConnect(SafesqlError):
    """No connection or no login.

    ``wants_password`` when the server asked for one and there was none to give, ``wrong_password`` when it did not
    take the one it was given: it may have expired.
    """

    exit_code = 8

    def __init__(self, message: str, *, wants_password: bool = False, wrong_password: bool = False) -> None:
        super().__init__(message)
        self.wants_password = wants_password
        self.wrong_password = wrong_password


class ConfigError(SafesqlError):
    """Configuration is wrong or not trusted."""

    exit_code = 9


class Interrupted(SafesqlError):
    """Ctrl-C or SIGTERM ended the run."""

    exit_code = 130
