"""The grammar of conditions: what all servers have, and what each has of its own."""

from __future__ import annotations

EVERYWHERE = {
    "column": "a\nb\nt.a\nt.b",
    "number": "0\n1\n2\n3\n5\n-1\n1.0",
    "textcolumn": "s\nu\nt.s",
    "string": "''\n'a'\n'A'\n'b'\n'ab'\n'1'\n'Open'\n'%'",
    "pattern": "'%'\n'%%'\n'a%'\n'_'\n'_%'\n'%b%'\n''\n'Open'",
    "universal": "'%'\n'%%'\n'_%'\n'%a%'",
    "cmp": "=\n=\n<>\n<\n<=\n>\n>=\n!=",
    "constant": "TRUE\nFALSE\nNULL\n1 = 1\n1 = 0\n'a' = 'a'\nNULL IS NULL\n{number} {cmp} {number}\n{string} = {string}"
    "\n{number} IN ({number}, {number})\n(SELECT 1) = 1\nEXISTS (SELECT 1)\n(1, 2) = (1, 2)",
    "num": """
{column}
{column}
{column}
{number}
({num} + {num})
{num} - {number}
{num} * {number}
({num} % 3)
- {column}
coalesce({num}, {number})
coalesce({column}, {num})
nullif({num}, {number})
abs({num})
length({text})
CASE WHEN {cond} THEN {num} ELSE {num} END
CASE {num} WHEN {number} THEN {num} END
(SELECT {num})
CAST({num} AS decimal(10, 2))
""",
    "text": """
{textcolumn}
{textcolumn}
{string}
lower({text})
upper({text})
coalesce({text}, {string})
nullif({text}, {string})
replace({text}, 'a', 'b')
substr({text}, 1, 2)
CASE WHEN {cond} THEN {text} ELSE {string} END
""",
    "date": "d\nt.d\n{day}\ncoalesce(d, {day})",
    "cond": """
{num} {cmp} {num}
{column} {cmp} {number}
{number} {cmp} {column}
{text} {cmp} {text}
{textcolumn} {cmp} {string}
{date} {cmp} {date}
{num} {not}IN ({num}, {num})
{column} {not}IN ({number}, {number}, NULL)
{text} {not}IN ({string}, {string})
{num} {not}BETWEEN {num} AND {num}
{date} {not}BETWEEN {day} AND {day}
{text} {not}LIKE {universal}
{textcolumn} {not}LIKE {pattern}
{num} IS {not}NULL
{text} IS {not}NULL
id {cmp} {number}
t.id {cmp} {num}
id {not}IN ({number}, {number}, {num})
id {not}BETWEEN {number} AND {number}
{column} {cmp} (SELECT max(k) FROM o)
{textcolumn} {cmp} (SELECT min(w) FROM o WHERE k > 0)
{column} {cmp} (SELECT max(o.v) FROM o WHERE o.k = t.id)
(SELECT count(*) FROM o WHERE o.k = t.a) {cmp} 1
{truth}
{constant}
{same}
NOT {cond}
NOT ({cond})
({cond} AND {cond})
({cond} OR {cond})
{cond} AND {cond}
{cond} AND {session}
{cond} OR {cond}
({cond} OR {cond} OR {cond})
({cond}) IS {not}TRUE
({cond}) IS {not}FALSE
({cond}) IS {not}NULL
CASE WHEN {cond} THEN {cond} ELSE {cond} END
EXISTS (SELECT 1 FROM o WHERE {joined})
NOT EXISTS (SELECT 1 FROM o WHERE o.v > t.a)
{column} IN (SELECT k FROM o WHERE {joined})
{num} {not}IN (SELECT o.k FROM o)
{num} {not}IN (SELECT {num})
({num}, {num}) {cmp} ({num}, {num})
({num}, {num}) IN (({num}, {number}), ({num}, {number}))
""",
    "same": """
id IN (SELECT id FROM t)
a IN (SELECT x.a FROM t x)
id {not}IN (SELECT x.id FROM t AS x WHERE {itself})
id IN (SELECT DISTINCT id FROM t ORDER BY id)
{not}EXISTS (SELECT 1 FROM t x WHERE {itself})
id {cmp} (SELECT min(id) FROM t)
id {cmp} (SELECT max(x.id) FROM t x)
a {cmp} (SELECT min(x.a) FROM t x WHERE {itself})
(SELECT count(*) FROM t x WHERE x.id = t.id) > 0
""",
    "itself": "x.id = t.id\nt.id = x.id\nx.id <= t.id\nt.id <= x.id\nx.a {cmp} {number}\nTRUE\n{itself} AND {itself}\n{itself} OR {itself}",
    "truth": "f\nNOT f\nt.f\nf IS {not}TRUE\nf = TRUE\nf <> FALSE\nf IN (TRUE, FALSE)\nf IS {not}NULL",
    "joined": "o.k = t.id\no.v {cmp} t.a\no.k = t.id AND o.k {cmp} {number}\no.w {cmp} t.s\n{joined} AND {joined}\n{joined} AND k IS NOT NULL\nt.a {cmp} 2\nt.id {not}IN ({number}, {number})\nt.f IS {not}TRUE",
    "session": "(SELECT max(k) FROM o) > 1\nEXISTS (SELECT 1 FROM o)\n1 IN (SELECT k FROM o)\n(SELECT max(w) FROM o) LIKE '%'",
}
OWN = {
    "postgres": {
        "day": "DATE '2024-01-01'\n'2024-02-29'::date\nCAST('2025-06-15' AS date)",
        "num": "{column}::numeric\n{num}::int\ngreatest({num}, {num})\nleast({num}, {number})\n({num})::bigint\n"
        "char_length({text})\nround({num})\n(ARRAY[{num}, {num}])[1]\nsign({num})",
        "text": "{text}::varchar\n{text} COLLATE \"C\"",
        "cond": "{column} & 1 = 1\nmod(a, 2) = 1\nextract(year from d) > 2023\nd + 1 > {day}\nd - INTERVAL '1 day' < {day}\ns || u = u || s\nconcat(s, {text}) = u\n{column} IS {not}DISTINCT FROM {column}\n{column} IS {not}DISTINCT FROM {number}\n{textcolumn} IS {not}DISTINCT FROM {string}\n{text} {not}ILIKE {pattern}\n{text} ~ {regexp}\n{text} !~ {regexp}\n"
        "{text} ~* {regexp}\n{text} {not}SIMILAR TO {pattern}\n{num} = ANY (ARRAY[{num}, {num}])\n{num} <> ALL (ARRAY[{num}, {number}])\n"
        "{column} {cmp} ANY (SELECT k FROM o)\n{text} LIKE ANY (ARRAY[{pattern}, {pattern}])\n"
        "{num} BETWEEN SYMMETRIC {num} AND {num}\nROW({column}, {column}) IS {not}DISTINCT FROM ROW({column}, {column})\nstarts_with({text}, {string})\n"
        "{column} = ANY ('{1,2,3}')\nid = ANY (SELECT id FROM t)\n({cond})::boolean\n({cond}) = ({cond})\n({cond}) IS {not}UNKNOWN\n"
        "num_nulls(a, b) = 1\nto_jsonb(t) ->> 'a' {cmp} '1'\n(d, d) OVERLAPS ({day}, {day})",
        "regexp": "'.*'\n''\n'^'\n'^a'\n'b$'\n'[ab]'\n'.'\n'^.*$'",
        "truth": "f::int = 1\nf::text = 'true'\nf IS {not}UNKNOWN\nf OR NOT f",
        "constant": "'t'::boolean\n'1' = 1\n'yes'\n1 IN (SELECT 1)\nB'1' = B'1'\nROW(1, 2) = ROW(1, 2)\n2 > ANY (ARRAY[1, 2])",
        "session": "now() > '2000-01-01'\ncurrent_user = current_user\nrandom() >= 0\n'{\"a\":1}'::jsonb ->> 'a' = '1'\ninterval '1 day' > interval '1 hour'\n"
        "version() LIKE '%'",
    },
    "mariadb": {
        "day": "'2024-01-01'\nDATE '2024-02-29'\nCAST('2025-06-15' AS date)",
        "num": "{text}\nround({num})\ngreatest({num}, {num})\nleast({num}, {number})\nifnull({num}, {num})\nif({cond}, {num}, {num})\n"
        "char_length({text})\nlocate('a', {text})\nsign({num})\n{num} / {number}\n"
        "CAST({num} AS signed)\ninstr({text}, 'a')\n({cond})",
        "text": "BINARY {text}\n{text} COLLATE utf8mb4_bin\nifnull({text}, {string})\n"
        "{num}",
        "cond": "year(d) > 2023\nd + INTERVAL 1 DAY > {day}\nconcat(s, u) = concat(u, s)\nconcat_ws('', s, u) = u\n{column} <=> {column}\n{column} <=> {number}\n{textcolumn} <=> {string}\n{text} {not}REGEXP {regexp}\n{text} RLIKE {regexp}\n{cond} XOR {cond}\n{cond} && {cond}\n{cond} || {cond}\n"
        "! ({cond})\n({cond}) = ({cond})\n({cond}) IS {not}UNKNOWN\n{num}\n{text}\nisnull({num})\nstrcmp({text}, {text}) = 0\n{textcolumn} SOUNDS LIKE {string}\n"
        "{column} {cmp} ANY (SELECT k FROM o)\nfind_in_set({string}, {text})\nif({cond}, {cond}, {cond})\n"
        "{num} {cmp} {text}\n{string} {cmp} {number}\ninterval({column}, 1, 2) > 0",
        "regexp": "'.*'\n''\n'^'\n'^a'\n'b$'\n'[ab]'\n'.'",
        "truth": "f\nf = 1\nf IN (0, 1)",
        "constant": "1\n0\n'1'\n'1abc'\n''\n!0\n1 <=> 1\n1 XOR 0\n'1' = 1\n'01' = 1\n'a' = 0\nif(1, 1, 0)\n1.0\n'1' + 0\n5 DIV 2\n0x01",
        "session": "x'01'\nx'41' = 65\nBINARY 'a' = 'A'\n'a' = 'A'\nnow() > '2000-01-01'\ncurrent_user() = current_user()\nrand() >= 0\nb'1'\njson_value('{\"a\":1}', '$.a') = 1",
    },
    "sqlite": {
        "day": "'2024-01-01'\n'2024-02-29'\n'2025-06-15'",
        "num": "{text}\nround({num})\nifnull({num}, {num})\niif({cond}, {num}, {num})\n"
        "({column} << 1)\nCAST({num} AS integer)\ninstr({text}, 'a')\n({cond})\nsign({num})\n{num} / {number}\n"
        "+ {column}",
        "text": "ifnull({text}, {string})\n{text} COLLATE NOCASE\n{num}\n"
        "\"s\"\n[u]\n`s`",
        "cond": "date(d, '+1 day') > {day}\ns || u = u || s\n{column} IS {not}{column}\n{column} IS {not}{number}\n{textcolumn} IS {not}{string}\n{num} == {num}\n{column} IS {not}DISTINCT FROM {number}\n{text} {not}GLOB {glob}\n{num}\n{text}\n{num} NOTNULL\n{num} ISNULL\n"
        "{text} NOT NULL\nlike({pattern}, {text})\nglob({glob}, {text})\n({cond}) = ({cond})\n{num} {not}IN ()\n"
        "likely({cond})\niif({cond}, {cond}, {cond})\n{text} {not}LIKE {pattern} ESCAPE '!'\n{column} {not}IN (VALUES (1), (2))\n{text} COLLATE NOCASE {cmp} {string}",
        "glob": "'*'\n'a*'\n'?'\n'[ab]*'\n'**'\n''",
        "truth": "f\nf = 1\nf IN (0, 1)\nf IS {not}1",
        "constant": "1\n0\n'1'\n'1abc'\n''\n1 == 1\n'1' = 1\n1 IS 1\n1 < 'a'\n'a' = 'A'\niif(1, 1, 0)\n0x01\n'1' + 0\n"
        "5 / 2 = 2\n'a' LIKE 'A'\n\"zz\" = 'zz'\n1 IN (SELECT 1)",
        "session": "datetime('now') > '2000-01-01'\nrandom() IS NOT NULL\nx'41' = 'A'\nx'01'\n'a' = 'A' COLLATE NOCASE\ntypeof(1) = 'integer'",
    },
}
