"""SQLite: https://www.sqlite.org/schematab.html; what is not in a pragma stands in the text of the CREATE statement."""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string


def question(number: int, name: Name, dialect: Dialect) -> str:
    """Three cells behind number and aspect."""
    schema, table = (quote_string(part, dialect) for part in name.parts[-2:])
    master = f'"{name.parts[-2].replace(chr(34), chr(34) * 2)}".sqlite_master'
    same = f"lower(m.tbl_name) = lower({table})"
    kind = (
        "CASE m.type WHEN 'index' THEN 'indexes' WHEN 'trigger' THEN 'triggers' WHEN 'view' THEN 'rules' "
        "ELSE 'constraints' END"
    )
    temporary = (
        f" UNION ALL SELECT {number}, 'triggers', m.name, m.sql, NULL FROM temp.sqlite_master m "
        f"WHERE m.type = 'trigger' AND {same}"
    )
    return (
        f"SELECT {number}, 'columns', c.cid || ' ' || c.name, c.type || ' ' || c.\"notnull\" || ' ' || c.pk || ' ' || "
        f"c.hidden, c.dflt_value FROM pragma_table_xinfo({table}, {schema}) c "
        f"UNION ALL SELECT {number}, 'references', f.id || ' ' || f.seq || ' ' || f.\"from\", "
        f"f.\"table\" || ' ' || coalesce(f.\"to\", ''), f.on_delete || ' ' || f.on_update "
        f"FROM pragma_foreign_key_list({table}, {schema}) f "
        f"UNION ALL SELECT {number}, {kind}, m.name, m.sql, NULL FROM {master} m WHERE {same} "
        f"UNION ALL SELECT {number}, 'storage', t.type, t.wr, t.strict FROM pragma_table_list({table}) t "
        f"WHERE t.schema = {schema}"
    ) + ("" if name.parts[-2].lower() == "temp" else temporary)
