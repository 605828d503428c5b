r"""Names with wildcards, as ``\d`` and its kin take them: ``bill*``, ``ledger.*``, ``"Mixed.Case"``."""

from __future__ import annotations

from safesql.slotted import dataclass
from safesql.sql.dialect import Dialect, Family
from safesql.sql.quoting import quote_string

_QUOTES = {'"': '"', "`": "`", "[": "]"}
_ESCAPED = frozenset("!%_")


@dataclass(frozen=True, slots=True)
class Pattern:
    """LIKE patterns with ``!`` as the escape; an empty one matches everything."""

    name: str = ""
    schema: str = ""

    def where(self, dialect: Dialect, schema: str, name: str) -> str:
        """A condition on two columns, or on one where ``schema`` is empty; ``true`` as SQL where nothing is asked."""
        parts = []
        if self.schema and schema:
            parts.append(f"{schema} LIKE {quote_string(self.schema, dialect)} ESCAPE '!'")
        if self.name:
            parts.append(f"{name} LIKE {quote_string(self.name, dialect)} ESCAPE '!'")
        return " AND ".join(parts) or "1 = 1"


ANYTHING = Pattern()


def pattern(text: str, dialect: Dialect) -> Pattern:
    """``*`` is any text and ``?`` one character outside of quotes; PostgreSQL folds what is not quoted."""
    parts = [""]
    closing = ""
    for character in text.strip().rstrip(";"):
        if closing:
            if character == closing:
                closing = ""
            else:
                parts[-1] += _literal(character)
        elif character in _QUOTES:
            closing = _QUOTES[character]
        elif character == ".":
            parts.append("")
        else:
            parts[-1] += _wild(character, dialect)
    return Pattern(parts[-1], parts[-2] if len(parts) > 1 else "")


def _wild(character: str, dialect: Dialect) -> str:
    """An unquoted character."""
    if character == "*":
        return "%"
    if character == "?":
        return "_"
    return _literal(character.lower() if dialect.family is Family.POSTGRES else character)


def _literal(character: str) -> str:
    """A character that stands for itself."""
    return f"!{character}" if character in _ESCAPED else character
