"""PostgreSQL's errors in our terms; https://www.postgresql.org/docs/current/protocol-error-fields.html."""

from __future__ import annotations

from collections.abc import Callable

from psycopg.pq import DiagnosticField
from psycopg.pq.abc import PGresult

from safesql.backends.text import readable
from safesql.errors import StatementFailed

CANCELLED = "57014"


def failed(result: PGresult, encoding: str, kind: type[StatementFailed] = StatementFailed) -> StatementFailed:
    """The error of a statement, with all that the server says about it."""

    def field(code: DiagnosticField) -> str:
        return readable(result.error_field(code), encoding)

    message = field(DiagnosticField.MESSAGE_PRIMARY) or " ".join(readable(result.error_message, encoding).split())
    position = field(DiagnosticField.STATEMENT_POSITION)
    inner = field(DiagnosticField.INTERNAL_QUERY)
    context = field(DiagnosticField.CONTEXT)
    error = kind(
        message,
        code=field(DiagnosticField.SQLSTATE),
        detail=field(DiagnosticField.MESSAGE_DETAIL),
        hint=field(DiagnosticField.MESSAGE_HINT),
        position=int(position) - 1 if position.isdecimal() else None,
        context="\n".join(part for part in (context, inner and f"QUERY: {inner}") if part),
    )
    error.about = _about(field)
    error.severity = field(DiagnosticField.SEVERITY_NONLOCALIZED) or field(DiagnosticField.SEVERITY)
    error.source = _source(field)
    return error


def _source(field: Callable[[DiagnosticField], str]) -> str:
    """``parserOpenTable, parse_relation.c:1392``, as psql tells it."""
    file, line = field(DiagnosticField.SOURCE_FILE), field(DiagnosticField.SOURCE_LINE)
    place = f"{file}:{line}" if file and line else file
    return ", ".join(part for part in (field(DiagnosticField.SOURCE_FUNCTION), place) if part)


def _about(field: Callable[[DiagnosticField], str]) -> str:
    """``constraint orders_total_check, column total of table shop.orders``."""
    named = [
        f"{what} {name}"
        for what, code in (("constraint", DiagnosticField.CONSTRAINT_NAME), ("column", DiagnosticField.COLUMN_NAME),
                           ("type", DiagnosticField.DATATYPE_NAME))
        if (name := field(code))
    ]  # fmt: skip
    schema, table = field(DiagnosticField.SCHEMA_NAME), field(DiagnosticField.TABLE_NAME)
    whole = f"table {schema}.{table}" if schema and table else ""
    return " of ".join(part for part in (", ".join(named), whole) if part)
