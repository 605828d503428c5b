"""SQLite's tables, from the pragmas that can be read like tables: https://www.sqlite.org/pragma.html."""

from __future__ import annotations

from safesql.guard.effect import Name
from safesql.result import Row
from safesql.rewrite.firing import events_in
from safesql.rewrite.images.shape import Column, Draft
from safesql.sql.dialect import Dialect
from safesql.sql.quoting import quote_string

ROWIDS = ("rowid", "_rowid_", "oid")


def question(number: int, name: Name, dialect: Dialect) -> str:
    """Five cells behind number and subject."""
    schema, table = (quote_string(part, dialect) for part in name.parts[-2:])
    master = f'"{name.parts[-2].replace(chr(34), chr(34) * 2)}".sqlite_master'
    same = f"lower(m.tbl_name) = lower({table})"
    return (
        f"SELECT {number}, 'column', c.name, c.type, c.hidden, c.pk, "
        "c.\"notnull\" + 2 * (c.dflt_value IS NOT NULL) "
        f"FROM pragma_table_xinfo({table}, {schema}) c "
        f"UNION ALL SELECT {number}, 'index', l.name, i.name, l.partial, l.origin, "
        f"(SELECT m.sql FROM {master} m WHERE m.name = l.name AND (l.partial OR i.name IS NULL)) "
        f"FROM pragma_index_list({table}, {schema}) l, pragma_index_info(l.name, {schema}) i WHERE l.\"unique\" "
        f"UNION ALL SELECT {number}, 'trigger', m.name, m.sql, NULL, NULL, NULL FROM {master} m "
        f"WHERE m.type = 'trigger' AND {same} "
        f"UNION ALL SELECT {number}, 'trigger', m.name, m.sql, NULL, NULL, NULL FROM temp.sqlite_master m "
        f"WHERE m.type = 'trigger' AND {same} AND {schema} <> 'temp' "
        f"UNION ALL SELECT {number}, 'replaces', NULL, NULL, NULL, NULL, NULL FROM {master} m "
        f"WHERE m.type = 'table' AND {same} AND m.sql LIKE '%conflict%replace%' "
        f"UNION ALL SELECT {number}, 'table', t.type, t.wr, (SELECT count(*) "
        f"FROM pragma_index_list({table}, {schema}) l WHERE l.origin = 'pk'), NULL, NULL "
        f"FROM pragma_table_list({table}) t WHERE t.schema = {schema}"
    )


def read(draft: Draft, subject: str, cells: Row) -> None:
    """One row of the answer; the row about the table itself comes last."""
    match subject:
        case "column":
            _column(draft, cells)
        case "index":
            if cells[3] != "pk":
                draft.uniques.setdefault(str(cells[0]), []).append(str(cells[1]))
                if cells[2] or cells[1] is None:
                    draft.unsafe.add(str(cells[0]))
                if cells[4] is not None:
                    draft.odd[str(cells[0])] = str(cells[4])
        case "replaces":
            draft.hindrances.append(f"{draft.name} lets rows that stand in the way be replaced, and they are not kept")
        case "trigger":
            draft.triggers.append((str(cells[0]), events_in(str(cells[1]))))
        case _:
            _table(draft, cells)


def _column(draft: Draft, cells: Row) -> None:
    """One column; hidden is 1 for those of virtual tables, 2 and 3 for generated ones."""
    name, kind, hidden, place, facts = cells
    if int(str(facts)) & 2:
        draft.defaults.add(str(name))
    draft.columns.append(Column(str(name), str(kind), "", bool(hidden)))
    if place:
        draft.primary.append(f"{int(str(place)):06}{name!s}")          # in the order of the key, once all are known
    elif not int(str(facts)) & 1:
        draft.nullable.add(str(name))


def _table(draft: Draft, cells: Row) -> None:
    """What the rows are known by: the key of a table without rowid, else the rowid under a name that is free.

    https://www.sqlite.org/lang_createtable.html#rowid: INTEGER PRIMARY KEY is another name of it; a table that has
    such a column has no index for its primary key.
    """
    kind, without, indexes = cells[:3]
    draft.primary = [placed[6:] for placed in sorted(draft.primary)]
    if kind != "table":
        draft.hindrances.append(f"{draft.name} is a {kind!r} and no table with rows of its own")
        return
    if without:
        return
    if len(draft.primary) == 1 and not indexes:
        draft.counted = draft.primary[0]
        return
    taken = {column.name.lower() for column in draft.columns}
    free = next((name for name in ROWIDS if name not in taken), "")
    if draft.primary:
        draft.uniques["primary key"] = draft.primary
        draft.unsafe.add("primary key")
    draft.primary = [free] if free else []
    draft.counted = free
    if free:
        draft.columns.insert(0, Column(free, "INTEGER", "rowid"))
    else:
        draft.hindrances.append(f"the rowid of {draft.name} is hidden by its columns")
