"""What completion knows of joins, of a statement's own relations, of values, settings and use."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import psycopg
import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safesql.backends import connect
from safesql.repl.candidates import candidates
from safesql.repl.links import Link
from safesql.repl.names import Relation, Snapshot, load
from safesql.repl.ranking import Offer, ranked
from safesql.sql.dialects import DIALECTS
from safesql.target import Target

RELATIONS = (
    Relation("public", "customer", "table", near=True, columns=(("id", "integer"), ("name", "text"))),
    Relation("public", "bill", "table", near=True,
             columns=(("id", "integer"), ("customer_id", "integer"), ("state", "state"), ("kind", "enum('a','b''c')"))),
    Relation("public", "Line Item", "table", near=True, columns=(("bill_id", "integer"), ("part", "integer"))),
    Relation("public", "customer_address_book", "table", near=True),
)  # fmt: skip
BILL, CUSTOMER = ("public", "bill"), ("public", "customer")
LINKS = (
    Link(BILL, ("customer_id",), CUSTOMER, ("id",)),
    Link(("public", "Line Item"), ("bill_id", "part"), BILL, ("id", "kind")),
)
SNAPSHOT = Snapshot.of(
    RELATIONS,
    (("pg_catalog", "date_trunc", True, "(text, timestamp)"),),
    (LINKS, {("public", "bill", "state"): ("open", "paid", "it's late")}, ("search_path", "statement_timeout", "work_mem")),
)


def found(text: str, dialect: str = "postgres", used: Counter[str] | None = None) -> list[str]:
    before, _, after = text.partition("|")
    return [each.text for each in candidates(before, after, DIALECTS[dialect], SNAPSHOT, used or Counter())]


FIRST = {
    "select * from bill b join customer c on |": "c.id = b.customer_id",
    "select * from customer join bill on |": "bill.customer_id = customer.id",
    'select * from bill b join "Line Item" l on |': "l.bill_id = b.id AND l.part = b.kind",
    "select * from customer c join |": "bill ON bill.customer_id = c.id",
    "select * from bill b left join cus|": "customer ON customer.id = b.customer_id",
    "select * from bill join lin|": '"Line Item" ON "Line Item".bill_id = bill.id AND "Line Item".part = bill.kind',
    "insert into customer |": "(id, name) VALUES (",
    "select * from bill where state = |": "'open'",
    "select * from bill where state = 'p|": "paid'",
    "select * from bill where state in ('open', 'it|": "it''s late'",
    "select * from bill b where b.state <> |": "'open'",
    "select * from bill where kind = |": "'a'",
    "update bill set state = 'p|": "paid'",
    "set stat|": "statement_timeout",
    "show work|": "work_mem",
    "select * from bill order |": "by",
    "delete |": "from",
    "select * from bill where id is |": "null",
    "with late as (select id, name as who from customer) select wh| from late": "who",
    "with late (a, b) as (select 1, 2) select late.| from late": "a",
    "with late as (select * from customer) select * from la|": "late",
    "with late as (select * from customer) select na| from late": "name",
    "with one as (select id from bill), two as (select * from one) select t.| from two t": "id",
    "select s.| from (select customer_id cid, state from bill) s": "cid",
    "select s.| from (select b.*, 1 as one from bill b) as s": "id",
    "select * from cab|": "customer_address_book",
    "select * from book|": "customer_address_book",
    "select date_t|": "date_trunc",
}


@pytest.mark.parametrize("text", FIRST)
def test_the_first_candidate_is_the_one_that_is_meant(text: str) -> None:
    assert found(text)[:1] == [FIRST[text]]


@pytest.mark.parametrize("text", ["select 'op|", "select * from bill where name = 'op|", "select * from bill where x = $$p|"])
def test_no_values_where_none_are_known(text: str) -> None:
    assert found(text) == []


def test_what_is_used_more_comes_first() -> None:
    assert found("select | from bill")[0] == "id"
    assert found("select * from c|")[:2] == ["customer", "customer_address_book"]
    assert found("select * from c|", used=Counter({"customer_address_book": 3}))[0] == "customer_address_book"


def test_functions_show_what_they_take() -> None:
    (shown,) = [each for each in candidates("select date_t", "", DIALECTS["postgres"], SNAPSHOT) if each.about]
    assert shown.about == "function (text, timestamp)"


@given(st.text("abc_d", min_size=1, max_size=8), st.lists(st.text("abc_d", min_size=1, max_size=12), max_size=8))
def test_what_is_typed_stands_in_every_candidate_in_order_and_prefixes_come_first(word: str, names: list[str]) -> None:
    offers = [Offer(name, "table") for name in names]
    texts = [each.name for each in ranked(offers, word, DIALECTS["postgres"], {})]
    assert len(texts) == len(set(texts))
    for name in texts:
        letters = iter(name)
        assert all(letter in letters for letter in word)
    begin = [name.startswith(word) for name in texts]
    assert begin == sorted(begin, reverse=True)
    assert {name for name in names if word in name and name != word} <= set(texts)


@given(st.text("select from where with as ( ) , . a b t ' = join on in *".replace(" ", "") + " ", max_size=60), st.integers(0, 60))
def test_any_text_is_completed_without_falling_over(text: str, cursor: int) -> None:
    for dialect in DIALECTS.values():
        candidates(text[:cursor], text[cursor:], dialect, SNAPSHOT)


TABLES = {
    "postgres": (
        "CREATE TYPE state AS ENUM ('open', 'paid')", "CREATE TABLE customer (a int, b int, PRIMARY KEY (a, b))",
        "CREATE TABLE bill (id int PRIMARY KEY, y int, x int, s state, FOREIGN KEY (x, y) REFERENCES customer (a, b))",
    ),
    "mariadb": (
        "CREATE TABLE customer (a int, b int, PRIMARY KEY (a, b))",
        "CREATE TABLE bill (id int PRIMARY KEY, y int, x int, s enum('open', 'paid'), "
        "FOREIGN KEY (x, y) REFERENCES customer (a, b))",
    ),
    "sqlite": (
        "CREATE TABLE customer (a int, b int, PRIMARY KEY (a, b))",
        "CREATE TABLE bill (id int PRIMARY KEY, y int, x int, s text, FOREIGN KEY (x, y) REFERENCES customer)",
    ),
}  # fmt: skip


def _made(target: Target, texts: tuple[str, ...]) -> None:
    """The tables, by the servers' own drivers."""
    match target.backend:
        case "postgres":
            place = {"host": target.host, "port": target.port, "user": target.user, "dbname": target.database}
            with psycopg.connect(**place, autocommit=True) as connection:  # type: ignore[arg-type]
                for text in texts:
                    connection.execute(text.encode())
        case "mysql":
            with closing(pymysql.connect(host=target.host, port=target.port or 3306, user=target.user,
                                         database=target.database)) as other, other.cursor() as cursor:  # fmt: skip
                for text in texts:
                    cursor.execute(text)
        case _:
            with closing(sqlite3.connect(target.path)) as file:
                for text in texts:
                    file.execute(text)


def test_keys_values_and_settings_are_read_from_every_server(target: Target) -> None:
    name = {"mysql": "mariadb"}.get(target.backend, target.backend)
    _made(target, TABLES[name])
    with closing(connect(target)) as connection:
        snapshot = load(connection.query, connection.dialect)
    (link,) = snapshot.links
    assert (link.table[1], link.columns, link.other[1], link.others) == ("bill", ("x", "y"), "customer", ("a", "b"))
    before = "select * from bill where s = "
    offered = [each.text for each in candidates(before, "", connection.dialect, snapshot)]
    assert ("'paid'" in offered) == (name != "sqlite")
    assert {"postgres": "work_mem", "mariadb": "sql_mode", "sqlite": "journal_mode"}[name] in snapshot.settings
