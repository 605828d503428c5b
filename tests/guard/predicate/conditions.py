"""Conditions that are true for every row, everywhere and by dialect."""

from __future__ import annotations

TRUE_EVERYWHERE = """
1=1
1 = 1
(1=1)
1 = 1.0
1 <> 2
1 != 0
-1 < 0
1 + 1 = 2
2 * 3 = 6
7 % 3 = 1
0 >= 0 AND 0 <= 0
5 BETWEEN 1 AND 9
5 NOT BETWEEN 6 AND 9
1 IN (1, 2)
3 NOT IN (1, 2)
'a' = 'a'
'a' <> 'b'
'abc' LIKE 'a%'
'abc' LIKE '%'
NULL IS NULL
1 IS NOT NULL
TRUE
NOT FALSE
NOT NOT TRUE
TRUE IS TRUE
FALSE IS NOT TRUE
NULL IS NOT TRUE
TRUE OR id = 5
id = 5 OR 1=1
id = 103 OR id = id
(id = 103 AND 1=0) OR 1=1
NOT (id = 103 AND 1 = 0)
1=1 AND (id = 3 OR TRUE)
CASE WHEN 1=1 THEN TRUE ELSE FALSE END
CASE WHEN id = 5 THEN TRUE ELSE TRUE END
CASE WHEN id = 5 THEN 1 ELSE 1 END = 1
CASE 1 WHEN 1 THEN TRUE END
COALESCE(NULL, 1) = 1
NULLIF(1, 1) IS NULL
NULLIF(id, id) IS NULL
LENGTH('abc') = 3
ABS(-1) = 1
UPPER('a') = 'A'
id = id
orders.id = id
ID = orders.ID
id >= id
id <= id
NOT (id <> id)
NOT (id < id)
id LIKE id
id IN (id)
id IN (1, id, 3)
id BETWEEN id AND id
id + 0 = id
id * 1 = id
id - id = 0
-id = -id
id + total = total + id
COALESCE(id, id) = id
COALESCE(id, 0) = id
UPPER(name) = UPPER(name)
(id, status) = (id, status)
id = id AND 1 = 1
name = name AND value = value
total > 100 OR total <= 100
id > 0 OR id <= 0
id < 5 OR id >= 3
id <> 1 OR id <> 2
id < 1 OR id = 1 OR id > 1
id >= 5 OR NOT id >= 5
status = 'open' OR status <> 'open'
status = 'open' OR NOT status = 'open'
status IN ('a', 'b') OR status NOT IN ('a', 'b')
name LIKE 'a%' OR name NOT LIKE 'a%'
a > b OR a <= b
a = b OR a <> b
lower(a) = b OR lower(a) <> b
id IS NULL OR id IS NOT NULL
id IS NULL OR id = 5 OR id <> 5
NOT (id = 1 AND id = 2)
NOT (id > 5 AND id < 3)
(id = 5) = (id = 5)
id = 5 OR (id <> 5 AND 1=1)
name LIKE '%'
name LIKE '%%'
name LIKE '%' OR id = 5
EXISTS (SELECT 1)
EXISTS (SELECT NULL)
NOT EXISTS (SELECT 1 FROM customers WHERE 1=0)
id NOT IN (SELECT order_id FROM order_items WHERE 1=0)
id = (SELECT id)
id IN (SELECT orders.id)
1 = (SELECT 1)
1 IN (SELECT 1)
CAST(name AS varchar) = name
LENGTH(name) >= 0
LENGTH(name) > -1
NOT LENGTH(name) < 0
COALESCE(note, 'x') IS NOT NULL
id & id = id
(id = 5) IS NOT NULL
(id = 5) IN (TRUE, FALSE)
id IN (SELECT id FROM orders)
id IN (SELECT orders.id FROM orders)
id <> id + 1
id < id + 1
id - 1 < id
id + 1 + 1 > id + 1
GREATEST(id, 5) >= 5 OR TRUE
(id IN (id)) = (1 = 1)
(id = id) = (1 = 1)
UPPER(COALESCE(note, 'x')) IS NOT NULL
EXISTS (SELECT 1 FROM items WHERE items.id = orders.id) IS NOT NULL
CASE WHEN id = 5 THEN 'a' ELSE 'b' END LIKE '_'
"""
TRUE = {
    "postgres": r"""
't'
'yes'
' TRUE '
'on'::bool
't'::boolean
bool 't'
CAST('1' AS boolean)
CAST(1 AS boolean)
1::int = 1
'1' = 1
'a' || 'b' = 'ab'
$$a$$ = 'a'
E'\n' = E'\n'
B'1' = B'1'
'2024-01-01'::date < '2024-02-01'::date
DATE '2024-01-01' = DATE '2024-01-01'
"id" = ID
"id" = id
ctid IS NOT NULL
name::text = name
id IS NOT DISTINCT FROM id
NOT (id IS DISTINCT FROM id)
id = ANY (ARRAY[id])
id = ANY (ARRAY[1, id])
id = ALL (ARRAY[id])
1 = ANY (ARRAY[1, 2])
ROW(id) = ROW(id)
id OPERATOR(pg_catalog.=) id
id::text = id::text
name ~ '.*'
name ~ ''
name ~ '^'
name ~* '^.*$'
name ILIKE '%'
name ~~ '%'
name SIMILAR TO '%'
name LIKE ANY (ARRAY['%', 'a'])
name || '' = name
id BETWEEN SYMMETRIC id AND id
1 IS DISTINCT FROM 2
TRUE IS NOT UNKNOWN
id <> ALL (ARRAY[]::int[]) OR id IS NULL OR TRUE
greatest(1, 2) = 2
0.1 + 0.2 = 0.3
id <> ALL ('{}')
name >= ''
id <> ALL ('{}'::int[])
1 = ANY ('{1,2}'::int[])
id = ANY (ARRAY(SELECT id FROM orders))
id = id::int
id::numeric = id
least(id, 5) IS NOT NULL
concat(name, note) IS NOT NULL
starts_with(name, '')
""",
    "mysql": r"""
1
-1
0.5
'1'
'1abc'
0x01
!0
! 0
1 && 1
1 || 0
0 || 1
1 XOR 0
~0
1 <=> 1
NULL <=> NULL
id <=> id
note <=> note
1 IS NOT UNKNOWN
'a' = "a"
'1' = 1
'01' = 1
'a' < 'b'
id = 3 || 1=1
`id` = id
ID = `id`
name REGEXP '.*'
name RLIKE '^'
name REGEXP ''
name RLIKE '.*$'
IF(1, 1, 0)
IF(id = 5, 1, 1)
IFNULL(NULL, 1)
ISNULL(NULL)
STRCMP('a', 'a') = 0
CONCAT('a', 'b') = 'ab'
CAST('1' AS SIGNED)
name SOUNDS LIKE name
id DIV id = 1
id | 0 = id
id & 0 = 0
id ^ id = 0
5 DIV 2 = 2
5 / 2 = 2.5
0 = NULL IS NULL
LEAST(1, 2) = 1
0.1 + 0.2 = 0.3
name = name COLLATE utf8mb4_bin
1 = 2 IN (1) OR TRUE
BINARY name = name
id | 1
(id > 3) + 1
GREATEST(id, 1)
id MOD 1 = 0
x'31'
CAST(1 AS decimal(10, 2)) = 1
""",
    "sqlite": r"""
1
-1
'1'
0.5
1==1
1 IS 1
2 IS 2
NULL IS NULL AND 2 IS 2
1 IS NOT 2
1 NOTNULL
NULL ISNULL
1 NOT NULL
id == id
id IS id
rowid = oid
rowid IS NOT NULL
_rowid_ = rowid
id IS NOT DISTINCT FROM id
[id] = `id`
"id" = id
name GLOB '*'
'abc' GLOB '*'
glob('*', name)
like('%', name)
name || '' = name
id NOT IN ()
'a' < 'b'
1 < 'a'
iif(1, 1, 0)
ifnull(NULL, 1)
CAST('1' AS INTEGER)
"nothing" = "nothing"
"open" <> 'none'
"nothing" IS NOT NULL
'a' || 'b' = 'ab'
0.1 + 0.2 <> 0.3
x'31'
x'41' > 'zzz'
x'41' <> 'A'
id IN orders
name >= ''
id < ''
max(id, 1)
id | 1
""",
}
TRUE["mariadb"] = TRUE["mysql"]
