"""Conditions as people write them at work: every one of them restricts, and none may raise a question."""

from __future__ import annotations

import pytest

from safesql.guard.effect import Extent
from safesql.guard.predicate import TargetNames, extent_of
from safesql.sql.dialects import DIALECTS
from safesql.sql.lexer import lex

EVERYWHERE = """
id = 1
id=1
(id = 1)
((id) = (1))
id = -1
1 = id
orders.id = 103
ID = 5
id IN (1, 2, 3)
id NOT IN (1, 2, 3)
id IN (101)
id BETWEEN 100 AND 200
id NOT BETWEEN 100 AND 200
id > 5
id >= 5 AND id < 10
id <> 7
id != 7
NOT id = 7
NOT (id = 7)
NOT (id = 7 OR id = 8)
status = 'open'
status <> 'paid' AND total < 60
status IN ('open', 'pending') AND created_at < '2024-01-01'
status = 'x'' OR ''1''=''1'
status = 'a' OR status = 'b'
status = 'open' AND (total > 100 OR customer_id = 7)
(status = 'open' OR status = 'held') AND customer_id IN (1, 2)
customer_id = 4 AND status = 'cancelled' AND total = 0
customer_id = 4 OR customer_id = 9 AND token = 'tok09'
name LIKE 'A%'
name LIKE '%box%'
name LIKE '%@example.com'
name NOT LIKE 'test%'
name LIKE '_ob'
email LIKE '%\\_%'
LOWER(email) = 'ada@example.com'
UPPER(name) LIKE 'A%'
lower(email) = lower('Ada@Example.com')
LENGTH(name) > 20
note IS NULL
note IS NOT NULL
deleted_at IS NULL AND expires_at < '2024-01-01'
deleted_at IS NOT NULL
note IS NULL OR note = ''
COALESCE(note, '') = ''
COALESCE(priority, 0) > 3
NULLIF(note, '') IS NULL
total * 2 > 100
total + tax > 100
price - discount <= 0
stock % 4 = 3
total = price * qty
updated_at > created_at
price > cost
shipped_qty < ordered_qty
ABS(balance) < 0.01
ROUND(total, 2) = 19.99
placed_on = '2024-05-01'
placed_on >= '2024-01-01' AND placed_on < '2024-02-01'
placed_on < CURRENT_DATE
created_at < CURRENT_TIMESTAMP
1=1 AND id = 5
id = 5 AND 1=1
id = 5 OR 1=0
1=1 AND status = 'open' AND total > 5
id = id AND id = 4
(id = 103 AND 1 = 1) OR 1 = 2
NOT (1=1 AND id <> 103)
(id = 103) IS TRUE
(id = 103 AND TRUE) IS TRUE
(order_id, product_id) IN ((101, 1), (104, 6))
(order_id, product_id) = (101, 1)
id IN (SELECT order_id FROM returns)
id NOT IN (SELECT order_id FROM order_items)
id IN (SELECT order_id FROM returns WHERE reason = 'broken')
customer_id IN (SELECT id FROM customers WHERE city = 'Oslo')
customer_id = (SELECT id FROM customers WHERE email = 'ada@ex.test')
id = (SELECT MAX(id) FROM orders)
id < (SELECT MIN(id) FROM archive)
price > (SELECT AVG(price) FROM products)
id IN (SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.status = 'closed')
EXISTS (SELECT 1 FROM customers c WHERE c.id = orders.customer_id AND c.city = 'Oslo')
NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = orders.id)
NOT EXISTS (SELECT * FROM order_items WHERE order_items.order_id = orders.id)
EXISTS (SELECT 1 FROM customers c WHERE c.id = customer_id AND c.city = 'Oslo')
EXISTS (SELECT 1 FROM orders o2 WHERE o2.customer_id = orders.customer_id AND o2.id > orders.id)
(SELECT COUNT(*) FROM order_items i WHERE i.order_id = orders.id) = 0
(SELECT MAX(i.price) FROM order_items i WHERE i.order_id = orders.id) > 100
id IN (SELECT min(id) FROM orders GROUP BY customer_id HAVING count(*) > 1)
id NOT IN (SELECT MIN(id) FROM orders GROUP BY email)
CASE WHEN status = 'open' THEN total > 5 ELSE total > 10 END
CASE status WHEN 'open' THEN 1 ELSE 0 END = 1
CASE WHEN total > 100 THEN 'big' ELSE 'small' END = 'big'
SUBSTR(code, 1, 2) = 'AB'
TRIM(name) = ''
REPLACE(phone, '-', '') = '5551234'
CAST(code AS CHAR(10)) = '12'
id = 18446744073709551616
total = 1e3
total > .5
id = 5 -- the wrong one
id /* key */ = 5
note = '# x' AND id = 103
note = '--' AND id = 103
id IN (1, 2, NULL)
id > 0 AND id < 1000000
x = 1 AND y = 2 AND z = 3
a = 1 OR b = 2 OR c = 3
((a = 1 AND b = 2) OR (a = 2 AND b = 1)) AND c IS NOT NULL
status = 'open' AND NOT (total > 5 OR note IS NULL)
is_active = FALSE
retired = 0
retired = '1'
"""
POSTGRES = r"""
id = $1
id = ANY ($1)
id = ANY (ARRAY[103, 104])
id = ANY ('{103}'::int[])
id <> ALL (ARRAY[1, 2])
id = ANY (SELECT order_id FROM returns)
id IN ($1, $2, $3)
active
NOT active
active IS TRUE
active IS NOT TRUE
active IS FALSE
id IS DISTINCT FROM 5
note IS DISTINCT FROM 'x'
note IS NOT DISTINCT FROM 'x'
created_at < now() - interval '30 days'
created_at < now() - '30 days'::interval
created_at < CURRENT_DATE - 30
created_at < CURRENT_DATE - INTERVAL '1' YEAR
created_at::date = '2024-01-01'
created_at BETWEEN '2024-01-01' AND '2024-01-31'::timestamptz
expires_on < DATE '2024-04-01' - INTERVAL '2 weeks'
created_at < timestamp with time zone '2024-01-01 00:00:00+00'
created_at AT TIME ZONE 'UTC' < now()
date_trunc('month', created_at) = '2024-01-01'
extract(year FROM created_at) = 2023
extract('epoch' FROM created_at) > 1700000000
age(created_at) > interval '1 year'
email ILIKE '%@example.com'
email ~ '^a.*z$'
email ~* 'ada'
email !~ '@'
name SIMILAR TO '(a|b)%'
name LIKE ANY (ARRAY['a%', 'b%'])
name COLLATE "C" < 'b'
starts_with(name, 'A')
position('x' IN name) > 0
substring(name FROM 1 FOR 2) = 'ab'
trim(both ' ' FROM name) = ''
overlay(name PLACING 'x' FROM 1 FOR 1) = 'xy'
left(name, 3) = 'abc'
data->>'status' = 'open'
data->'a'->>'b' = 'c'
data @> '{"a": 1}'
data ? 'key'
data #>> '{a,b}' = 'x'
(data->>'n')::int > 5
data @@ to_tsquery('cat')
tags && ARRAY['a', 'b']
tags @> ARRAY['a']::text[]
'a' = ANY (tags)
tags[1] = 'x'
array_length(tags, 1) > 3
id::text LIKE '1%'
id = '5'::int
id OPERATOR(pg_catalog.=) 5
(id, status) > (5, 'a')
ROW(a, b) = ROW(1, 2)
ctid = '(0,1)'
tableoid = 'orders'::regclass
xmin::text = '123'
period && daterange('2024-01-01', '2024-02-01')
(a, b) OVERLAPS (DATE '2024-01-01', DATE '2024-02-01')
id BETWEEN SYMMETRIC 5 AND 1
mod(id, 10) = 3
id & 4 = 4
md5(name) = 'abc'
jsonb_typeof(x)::text = 'number'
name = E'it\'s'
name = $$it's$$
name = U&'d\0061ta'
"id" = 5
"Status" = 'open'
orders."id" = 5
public.orders.id = 5
to_char(created_at, 'YYYY') = '2023'
id = currval('s')
owner = current_user
CURRENT OF c
id NOT IN (VALUES (1), (2))
NOT (tags && ARRAY['x'])
x IS NOT NULL AND x::numeric(10,2) = 5
id = 1 AND pg_try_advisory_xact_lock(id)
note ISNULL
note NOTNULL
a <@ b
inet '10.0.0.1' << net
"""
MYSQL = r"""
id = ?
id = @i
id IN (@a, @b)
id = total--1
`id` = 5
`orders`.`id` = 5
shop.orders.id = 5
note <=> 'vip'
note <=> NULL
NOT note <=> NULL
1 && id = 103
id = 1 || id = 2
id = 1 XOR status = 'a'
! (id = 5)
status = "open"
status = 'it\'s'
created_at < NOW() - INTERVAL 1 DAY
created_at < DATE_SUB(NOW(), INTERVAL 30 DAY)
created_at < DATE_ADD(CURDATE(), INTERVAL -1 MONTH)
created_at < CURRENT_TIMESTAMP() - INTERVAL 90 MINUTE
created_at + INTERVAL 1 YEAR < NOW()
DATE(created_at) = CURDATE()
YEAR(created_at) = 2023
DATEDIFF(NOW(), created_at) > 30
TIMESTAMPDIFF(DAY, created_at, NOW()) > 30
TIMESTAMPDIFF(MONTH, created_at, '2024-01-01') >= 6
UNIX_TIMESTAMP(created_at) < 1700000000
EXTRACT(YEAR FROM created_at) = 2023
created_at < UTC_TIMESTAMP() - INTERVAL '1:30' HOUR_MINUTE
DATE_FORMAT(created_at, '%Y-%m') = '2024-01'
email REGEXP '^a.*z$'
email RLIKE 'ada'
email NOT REGEXP '@'
name SOUNDS LIKE 'smith'
BINARY name = 'Ada'
name = BINARY 'Ada'
name COLLATE utf8mb4_bin = 'Ada'
name = _utf8mb4'Ada'
name = _latin1'x' COLLATE latin1_bin
CONVERT(name USING utf8mb4) = 'Ada'
CONVERT(code, SIGNED) = 5
CONVERT(code, CHAR(5)) = '5'
CAST(code AS SIGNED) > 5
CAST(code AS UNSIGNED INTEGER) > 5
CAST(created_at AS DATE) = '2024-01-01'
IF(status = 'open', total, 0) > 5
IFNULL(note, '') = ''
ISNULL(note)
NOT ISNULL(note)
FIND_IN_SET('a', tags)
FIND_IN_SET('a', tags) > 0
LOCATE('x', name) > 0
POSITION('x' IN name) > 0
CONCAT(first, ' ', last) = 'Ada Byrne'
MATCH (title, body) AGAINST ('cat' IN BOOLEAN MODE)
MATCH (title) AGAINST ('cat')
data->'$.a' = 1
data->>'$.a' = 'x'
JSON_EXTRACT(data, '$.a') = 1
JSON_CONTAINS(tags, '"a"')
'a' MEMBER OF (tags)
id DIV 10 = 3
id MOD 10 = 3
id & 4
flags & 4 = 4
flags | 1 = 3
id ^ 1 = 2
TRIM(BOTH ' ' FROM name) = ''
TRIM(LEADING '0' FROM code) = '7'
SUBSTRING(name FROM 1 FOR 2) = 'ab'
SUBSTRING_INDEX(email, '@', -1) = 'example.com'
HEX(id) = 'FF'
id = 0x0A
id = b'101'
name = N'x'
id IN (SELECT id FROM (SELECT MIN(id) AS id FROM orders GROUP BY email) AS keepers)
id = (SELECT * FROM (SELECT MAX(id) FROM orders) AS t)
id NOT IN (SELECT * FROM (SELECT MAX(id) FROM orders GROUP BY email) t)
status NOT IN ('a') AND NOT total > 5
owner = USER()
owner = CURRENT_USER
user = 'joe'
host = 'localhost'
INTERVAL(total, 1, 10) = 1
LEAST(a, b) = 1
"""
SQLITE = r"""
id = ?
id = ?1
id = :id
id = @id
rowid = 5
rowid IN (1, 2)
_rowid_ = 5
orders.rowid = 5
id == 5
id IS 5
id IS NOT 5
note IS 'x'
note ISNULL
note NOTNULL
note NOT NULL
id IS NOT DISTINCT FROM 5
name GLOB 'A*'
name GLOB '[a-c]*'
name NOT GLOB 'A*'
name REGEXP '^a'
help_fts MATCH 'delete'
name LIKE 'a\_%' ESCAPE '\'
name LIKE '%a%' ESCAPE '!'
"status" = 'open'
"id" = 5
"limit" > 3
"order" <> 'x'
orders."status" <> 'paid'
"orders"."id" > 5
[id] = 5
`id` = 5
date(created_at) < date('now', '-30 days')
created_at < datetime('now', '-1 day')
strftime('%Y', created_at) = '2023'
julianday('now') - julianday(created_at) > 30
unixepoch(created_at) < 1700000000
created_at < strftime('%s', 'now')
typeof(id) = 'text'
json_extract(data, '$.a') = 1
data ->> '$.a' = 'x'
data -> 'a' = '1'
instr(name, 'x') > 0
iif(status = 'open', total, 0) > 5
ifnull(note, '') = ''
first || ' ' || last = 'Ada Byrne'
name = 'ada' COLLATE NOCASE
name COLLATE NOCASE = 'ada'
id IN ids_to_delete
id NOT IN ids_to_keep
CAST(id AS TEXT) = '5'
CAST(code AS INTEGER) > 5
id & 4
id << 1 = 8
~id = -6
id IN (VALUES (1), (2))
hex(x) = 'FF'
x = x'00ff'
substr(name, -3) = 'abc'
printf('%d', id) = '5'
likely(id = 5)
id IS TRUE
min(a, b) = 1
"""
SPECIFIC = {"postgres": POSTGRES, "mysql": MYSQL, "mariadb": MYSQL, "sqlite": SQLITE}


def conditions() -> list[tuple[str, str]]:
    return [
        (dialect, line)
        for dialect, own in SPECIFIC.items()
        for line in (EVERYWHERE + own).splitlines()
        if line
    ]


@pytest.mark.parametrize(("dialect", "condition"), conditions())
def test_an_everyday_condition_restricts(dialect: str, condition: str) -> None:
    target = TargetNames(("help_fts" if "help_fts" in condition else "orders",))
    assert extent_of(lex(condition, DIALECTS[dialect]), DIALECTS[dialect], target) is Extent.SOME
