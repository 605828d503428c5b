"""A secret of a statement that the server repeats in its refusal is hidden there, too."""

from __future__ import annotations

from safesql.errors import StatementFailed
from safesql.sql.redact import MASK, redact, secrets

LONGEST = 1 << 20        # characters of a statement that are looked through; servers quote what is near its beginning


def conceal(error: StatementFailed, text: str) -> None:
    """Change the sentence and the context of the error; ``text`` is the statement. What rows hold is left as it is."""
    hidden = secrets(text[:LONGEST])
    error.args = (_without(str(error), hidden), *error.args[1:])
    error.context = redact(_without(error.context, hidden))


def _without(said: str, hidden: tuple[str, ...]) -> str:
    for secret in hidden:
        said = said.replace(secret, MASK)
    return said
