"""PostgreSQL's operators, called as the functions that stand behind them: ``int4eq(a, b)`` is ``a = b``."""

from __future__ import annotations

from safesql.sql.possessive import compiled

_TYPES = (
    r"ACLITEM|ARRAY_|BIT|BOOL|BOX_|BPCHAR|BYTEA|CASH_|CHAR|CID|CIRCLE_|DATE_|ENUM_|FLOAT(?:4|8|48|84)|"
    r"INT(?:2|4|8|24|28|42|48|82|84)|INTERVAL_|JSONB_|LINE_|LSEG_|MACADDR8?_|MULTIRANGE_|NAME|NETWORK_|NUMERIC_|OID|"
    r"OIDVECTOR|PG_LSN_|POINT_|RANGE_|RECORD_|TEXT_?|TID|TIME_|TIMETZ_|TIMESTAMP_|TIMESTAMPTZ_|TSQUERY_|TSVECTOR_|"
    r"UUID_|VARBIT|XID8?"
)
_COMPARING = compiled(rf"(?:{_TYPES})(EQ|NE|LT|LE|GT|GE)")
_MATCHING = compiled(r"(?:TEXT|NAME|BPCHAR|BYTEA)(N?LIKE|ICN?LIKE|(?:IC)?REGEXEQ|(?:IC)?REGEXNE)|NOTLIKE|LIKE")
_COMPARED = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_MATCHED = {
    None: "like", "LIKE": "like", "NLIKE": "not like", "ICLIKE": "ilike", "ICNLIKE": "not ilike", "REGEXEQ": "regexp",
    "ICREGEXEQ": "regexp", "REGEXNE": "not regexp", "ICREGEXNE": "not regexp",
}


def operator_of(name: str) -> str:
    """The operator behind a function, named in upper case; empty where none is.

    They are those of pg_operator's ``oprcode``: https://www.postgresql.org/docs/current/catalog-pg-operator.html.
    """
    if name == "NOTLIKE":
        return "not like"
    compared = _COMPARING.fullmatch(name)
    if compared is not None:
        return _COMPARED[compared[1]]
    matched = _MATCHING.fullmatch(name)
    return "" if matched is None else _MATCHED[matched[1]]
