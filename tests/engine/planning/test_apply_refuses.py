"""Applying refuses whatever is not as it was planned, names it, and sends nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from safesql.store.plan.file import read_plan, write_plan
from tests.engine.planning.conftest import POLICY, Home, shop

OLD = "DELETE FROM orders WHERE state = 'old';\n"
ALL = "DELETE FROM items;\n"

SCHEMA = {
    "a column more": ("ALTER TABLE orders ADD COLUMN note varchar(10);", "orders was altered since: its columns"),
    "an index": ("CREATE INDEX by_state ON orders (state);", "orders was altered since: its indexes"),
    "a table that refers to it": (
        "CREATE TABLE notes (id int PRIMARY KEY, order_id int, FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);",
        "orders was altered since: its referenced",
    ),
    "a table behind it is gone": ("DROP TABLE items;", "items is not there any more"),
    "a table behind it has a column more": ("ALTER TABLE items ADD COLUMN note int;", "items was altered since: its columns"),
}
TRIGGERS = {
    "postgres": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$; "
    "CREATE TRIGGER tr BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION f();",
    "mariadb": "CREATE TRIGGER tr BEFORE DELETE ON orders FOR EACH ROW SET @x = 1;",
    "sqlite": "CREATE TRIGGER tr BEFORE DELETE ON orders BEGIN SELECT 1; END;",
}
DEFINITIONS = {
    "postgres": {
        "a type": ("ALTER TABLE orders ALTER COLUMN state TYPE text;", "its columns"),
        "a default": ("ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'x';", "its columns"),
        "a check": ("ALTER TABLE orders ADD CHECK (id > 0);", "its constraints"),
        "a rule": ("CREATE RULE r AS ON DELETE TO items DO INSTEAD NOTHING;", "items was altered since: its rules"),
        "row level security": ("ALTER TABLE orders ENABLE ROW LEVEL SECURITY;", "its storage"),
        "another action of a key": (
            "ALTER TABLE items DROP CONSTRAINT items_order_id_fkey, ADD FOREIGN KEY (order_id) REFERENCES orders;",
            "items is not there any more, or nothing leads to it",
        ),
    },
    "mariadb": {
        "a type": ("ALTER TABLE orders MODIFY state varchar(20);", "its columns"),
        "a check": ("ALTER TABLE orders ADD CHECK (id > 0);", "its constraints"),
        "an engine": ("ALTER TABLE items DROP FOREIGN KEY items_ibfk_1; ALTER TABLE items ENGINE = MyISAM;", "items is not there any more, or nothing leads to it"),
    },
    "sqlite": {
        "a name": ("ALTER TABLE orders RENAME COLUMN id TO no;", "orders was altered since: its columns"),
        "a table made anew": ("DROP TABLE items; CREATE TABLE items (id int, order_id text);", "items is not there any more, or nothing leads to it"),
    },
}


def test_a_plan_edited_by_one_byte(home: Home) -> None:
    text = home.planned(ALL)
    home.approved()
    home.plan.write_text(text.replace("every row of items goes", "every row of items stay"))
    home.refused(6, "was changed after it was made")


def test_a_plan_edited_and_sealed_again_is_not_what_was_signed(home: Home) -> None:
    home.planned(ALL)
    home.approved()
    plan = read_plan(home.plan).plan
    write_plan(home.plan, replace(plan, expires="2099-01-01T00:00:00Z"))
    home.refused(3, "no signature of this plan as it is now")


def test_a_plan_that_shows_something_else_than_its_file(home: Home) -> None:
    home.planned(ALL)
    plan = read_plan(home.plan).plan
    write_plan(home.plan, replace(plan, steps=(replace(plan.steps[0], sql=("SELECT 1",)),)))
    home.approved()
    home.refused(6, "changes.sql:1: the statement is not the one that was planned")


def test_too_few_approvals(home: Home) -> None:
    home.policy("approvals = 2\n")
    home.planned(ALL)
    home.refused(3, "needs 2 approvals", "none that counts")
    home.approved()
    home.refused(3, "and has 1 approval")
    home.approved("alice")
    home.refused(3, "alice@example.com made the plan")
    (home.folder / "changes.plan.twice.sig").write_bytes((home.folder / "changes.plan.bob.sig").read_bytes())
    home.refused(3, "has approved already")
    home.approved("carol")
    home.safesql("apply", "changes.plan", code=0)


def test_the_author_counts_where_policy_says_so(home: Home) -> None:
    home.policy(f"{POLICY}author_may_approve = true\n")
    home.planned(ALL)
    home.approved("alice")
    home.safesql("apply", "changes.plan", code=0)


@pytest.mark.parametrize(
    ("names", "options"), [(("carol",), ""), (("bob", "carol"), 'valid-before="20200101" '), (("bob",), 'namespaces="git" '), ((), "")],
    ids=["an unknown key", "an expired key", "a key for something else", "nobody"],
)
def test_a_signature_that_does_not_count(homes: Callable[[str], Home], names: tuple[str, ...], options: str) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    home.approved()
    home.signers(*names, options=options)
    home.refused(3, "needs 1 approval", "does not allow its key SHA256:")


def test_nobody_may_approve_at_all(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    home.approved()
    path = home.folder / ".config/safesql/config.toml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "signers" not in line))
    home.refused(9, "nobody is allowed to approve")


def test_an_expired_plan(home: Home) -> None:
    home.planned(ALL)
    plan = read_plan(home.plan).plan
    write_plan(home.plan, replace(plan, made="2020-01-01T00:00:00Z", expires="2020-01-08T00:00:00Z"))
    home.approved()
    home.refused(6, "was to be applied before 2020-01-08T00:00:00Z")
    assert "make a new one" in home.safesql("approve", "changes.plan", code=6).stderr


def test_a_file_edited_since(home: Home) -> None:
    home.planned(OLD + ALL)
    home.approved()
    home.script(OLD + ALL.replace("items", "orders"))
    home.refused(6, "changes.sql is not the file that was planned", "changes.sql:2: the statement is not the one")
    home.script(OLD)
    home.refused(6, "there are 1 statements where 2 were planned")
    home.script(f"{OLD}{ALL}-- a remark\n")
    home.refused(6, "changes.sql is not the file that was planned")


@pytest.mark.parametrize("case", SCHEMA)
def test_a_table_altered_since(home: Home, case: str) -> None:
    change, words = SCHEMA[case]
    home.planned(OLD)
    home.approved()
    home.execute(change)
    done = home.safesql("apply", "changes.plan", code=6)
    assert words in done.stderr, done.stderr
    assert home.count("orders") == 20


@pytest.mark.parametrize("server", TRIGGERS)
def test_a_trigger_since_then(homes: Callable[[str], Home], server: str) -> None:
    home = homes(server)
    home.planned(OLD)
    home.approved()
    home.execute(TRIGGERS[server])
    home.refused(6, "orders was altered since: its triggers")


@pytest.mark.parametrize(("server", "case"), [(server, case) for server in DEFINITIONS for case in DEFINITIONS[server]])
def test_every_part_of_a_definition_counts(homes: Callable[[str], Home], server: str, case: str) -> None:
    change, words = DEFINITIONS[server][case]
    home = homes(server)
    home.planned(OLD)
    home.approved()
    home.execute(change)
    done = home.safesql("apply", "changes.plan", code=6)
    assert words in done.stderr, done.stderr
    assert home.count("orders") == 20


def test_the_body_of_a_trigger_counts(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.execute(TRIGGERS["postgres"])
    home.planned(OLD)
    home.approved()
    home.execute("CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;")
    home.refused(6, "orders was altered since: its triggers")


def test_rows_that_came_or_went(home: Home) -> None:
    home.planned(OLD)
    home.approved()
    home.execute("UPDATE orders SET state = 'old' WHERE id = 6;")
    home.refused(6, "it would touch 6 rows of orders where 5 were planned", "12 rows of items by ON DELETE CASCADE where 10")
    home.execute("UPDATE orders SET state = 'new' WHERE id < 7;")
    home.refused(6, "it would touch 0 rows of orders where 5 were planned")


@pytest.mark.parametrize(("tolerance", "code"), [("2", 0), ("20%", 0), ("0", 6), ("19%", 0), ("1", 6)])
def test_rows_within_the_tolerance(homes: Callable[[str], Home], tolerance: str, code: int) -> None:
    home = homes("sqlite")
    home.planned(OLD, "--tolerance", tolerance)
    home.approved()
    home.execute("UPDATE orders SET state = 'old' WHERE id = 6;")
    home.safesql("apply", "changes.plan", code=code)
    assert home.count("orders") == (14 if code == 0 else 20)


def test_a_policy_that_is_stricter_now(home: Home) -> None:
    home.planned("UPDATE orders SET state = 'x' WHERE id = 1;\n")
    home.approved()
    home.policy(f'{POLICY}protected_tables = ["orders"]\n')
    home.refused(3, "the policy is stricter than when this was planned", "protected-table")
    home.policy("max_rows = 0\napprovals = 1\n")
    home.refused(3, "over-max-rows")
    home.policy("approvals = 2\n")
    home.refused(3, "needs 2 approvals")


def test_a_profile_that_only_reads_now(home: Home) -> None:
    home.planned(ALL)
    home.approved()
    path = home.folder / ".config/safesql/config.toml"
    path.write_text(path.read_text().replace("[profiles.shop.policy]", "read_only = true\n[profiles.shop.policy]"))
    home.refused(3, "read-only-profile")


def test_no_approval_lifts_what_a_profile_is_for(home: Home) -> None:
    path = home.folder / ".config/safesql/config.toml"
    path.write_text(path.read_text().replace("[profiles.shop.policy]", "read_only = true\n[profiles.shop.policy]"))
    home.planned(ALL)
    home.approved()
    home.refused(3, "read-only-profile")


def test_another_database_behind_the_same_name(homes: Callable[[str], Home], request: pytest.FixtureRequest) -> None:
    home = homes("postgres")
    home.planned(OLD)
    home.approved()
    other = replace(home.target, database=f"{home.target.database}_other")
    home.execute(f"CREATE DATABASE {other.database};")
    try:
        (home.folder / "other").mkdir()
        twin = shop(other, home.folder / "other")
        config = home.folder / ".config/safesql/config.toml"
        config.write_text(config.read_text().replace(f"/{home.target.database}", f"/{other.database}"))
        done = home.safesql("apply", "changes.plan", code=6)
        assert "this is another database" in done.stderr
        assert "the database was made anew since" in done.stderr
        assert (home.count("orders"), twin.count("orders")) == (20, 20)
    finally:
        home.execute(f"DROP DATABASE {other.database} WITH (FORCE);")


def test_another_file_behind_the_same_name(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(OLD)
    home.approved()
    path = home.folder / "copy.db"
    with sqlite3.connect(home.target.path) as old, sqlite3.connect(path) as new:
        old.backup(new)
    new.close()
    path.replace(home.target.path)
    home.refused(6, "this is another server: planned for file ")


def test_another_role(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.planned(OLD)
    home.approved()
    config = home.folder / ".config/safesql/config.toml"
    role = f"role_{home.target.database}"
    home.execute(f"CREATE ROLE {role} LOGIN SUPERUSER;")
    try:
        config.write_text(config.read_text().replace(f"{home.target.user}@", f"{role}@"))
        home.refused(6, "the role is another: planned for postgres")
    finally:
        home.execute(f"DROP ROLE {role};")


def test_names_that_are_looked_up_elsewhere(homes: Callable[[str], Home]) -> None:
    home = homes("postgres")
    home.planned(OLD)
    home.approved()
    home.execute(f"CREATE SCHEMA later; ALTER DATABASE {home.target.database} SET search_path = later, public;")
    home.refused(6, "names are looked up in other schemas: planned for public, and it says later, public")


def test_a_run_whose_end_nobody_knows(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    home.approved()
    folder = home.folder / "state/safesql/plans"
    folder.mkdir(parents=True, exist_ok=True)
    ledger = folder / f"{sha256(home.plan.read_bytes()).hexdigest()}.jsonl"
    ledger.write_text('{"event": "begun", "time": "2026-01-01T00:00:00+00:00", "by": "x"}\n')
    home.refused(6, "was begun at 2026-01-01T00:00:00+00:00, and how that ended is not known")
    ledger.write_text(ledger.read_text() + '{"event": "en')
    home.refused(6, "how that ended is not known")
    ledger.write_text('{"event": "begun", "time": "t"}\n{"event": "ended", "time": "t", "stays": "nothing"}\n')
    home.safesql("apply", "changes.plan", code=0)


def test_a_plan_without_its_file_or_its_target(homes: Callable[[str], Home]) -> None:
    home = homes("sqlite")
    home.planned(ALL)
    home.approved()
    (home.folder / "changes.sql").unlink()
    home.refused(2, "changes.sql cannot be read")
    home.script(ALL)
    home.safesql("plan", "changes.sql", "--target", home.target.path, "-o", "changes.plan", code=0)
    home.approved()
    home.refused(2, "is no profile: name the TARGET again")
    home.safesql("apply", "changes.plan", home.target.path, code=0)
