"""Conditions made by grammar: of constants only, and over the columns of one small table."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from safesql.sql.dialect import Family

NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "1.0", "10")
TEXTS = ("''", "'a'", "'A'", "'b'", "'ab'", "'1'", "'0'", "'1abc'", "'01'", "'t'", "'no'", "'%'", "'a '")
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
COLUMNS = ("a", "b", "t.a")


def numbers(family: Family) -> st.SearchStrategy[str]:
    """Numbers, and arithmetic on them."""
    simple = st.sampled_from(NUMBERS)
    signs = ("+", "-", "*", "%") if family is Family.SQLITE else ("+", "-", "*")
    made = st.builds("({} {} {})".format, simple, st.sampled_from(signs), simple)
    calls = st.builds("coalesce({}, {})".format, st.one_of(simple, st.just("NULL")), simple)
    chosen = st.builds("CASE WHEN {} > {} THEN {} ELSE {} END".format, simple, simple, simple, simple)
    return st.one_of(simple, simple, made, calls, chosen)


@cache
def constants(family: Family) -> st.SearchStrategy[str]:
    """Conditions without any column."""
    number, text = numbers(family), st.sampled_from(TEXTS)
    comparison = st.sampled_from(COMPARISONS)
    atoms = [
        st.builds("{} {} {}".format, number, comparison, number),
        st.builds("{} {} {}".format, text, st.sampled_from(("=", "<>")), text),
        st.builds("{} BETWEEN {} AND {}".format, number, number, number),
        st.builds("{} IN ({}, {})".format, number, number, st.one_of(number, st.just("NULL"))),
        st.builds("{} IS {}NULL".format, st.one_of(number, text, st.just("NULL")), st.sampled_from(("", "NOT "))),
        st.builds("{} LIKE {}".format, text, st.sampled_from(("'%'", "'a%'", "'_'", "''", "'%b'"))),
        st.sampled_from(("TRUE", "FALSE", "NULL = 1")),
    ]
    if family is not Family.POSTGRES:
        atoms += [number, text, st.builds("{} {} {}".format, text, comparison, number)]
    if family is Family.MYSQL:
        atoms += [st.builds("{} <=> {}".format, number, number), st.builds("!{}".format, st.sampled_from(NUMBERS[:4]))]
    if family is Family.POSTGRES:
        atoms += [st.sampled_from(("'t'::bool", "'off'::boolean", "'1' = 1", "'2'::int > 1", "1 IS DISTINCT FROM 2"))]
    return joined(st.one_of(atoms), family)


@cache
def columns(family: Family) -> st.SearchStrategy[str]:
    """Conditions over two integer columns that may be NULL."""
    column, number = st.sampled_from(COLUMNS), st.sampled_from(("0", "1", "2"))
    comparison, negation = st.sampled_from(COMPARISONS), st.sampled_from(("", "NOT "))
    same = [st.builds("{} IS NOT DISTINCT FROM {}".format, column, column)]
    if family is Family.MYSQL:
        same = [st.builds("{} <=> {}".format, column, column)]
    atoms = [
        st.builds("{} {} {}".format, column, comparison, number),
        st.builds("{} {} {}".format, column, comparison, column),
        st.builds("{} {} {}".format, number, comparison, column),
        st.builds("{} {}IN ({}, {})".format, column, negation, number, st.one_of(number, column)),
        st.builds("{} {}BETWEEN {} AND {}".format, column, negation, number, st.one_of(number, column)),
        st.builds("{} IS {}NULL".format, column, st.sampled_from(("", "NOT "))),
        st.builds("coalesce({}, {}) {} {}".format, column, number, comparison, st.one_of(number, column)),
        st.builds("{} + 0 {} {}".format, column, comparison, column),
        st.builds("({0}, {1}) {2} ({0}, {1})".format, column, column, st.sampled_from(("=", "<>"))),
        st.builds("CASE WHEN {} > {} THEN {} ELSE {} END = 1".format, column, number, number, number),
        st.builds("EXISTS (SELECT 1 WHERE {} = {})".format, column, number),
        st.sampled_from(("1 = 1", "1 = 2", "NULL IS NULL")),
        *same,
    ]
    return joined(st.one_of(atoms), family)


def joined(atoms: st.SearchStrategy[str], family: Family) -> st.SearchStrategy[str]:
    """AND, OR, NOT, IS TRUE, with and without brackets."""
    words = ["AND", "OR", *(["XOR"] if family is Family.MYSQL else [])]

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{} {} {}".format, inner, st.sampled_from(words), inner),
            st.builds("({} {} {})".format, inner, st.sampled_from(words), inner),
            st.builds("NOT ({})".format, inner),
            st.builds("({}) IS {}".format, inner, st.sampled_from(("TRUE", "NOT TRUE", "FALSE", "NOT FALSE", "NULL"))),
            st.builds("({}) IS NOT NULL".format, inner),
        )

    return st.recursive(atoms, wider, max_leaves=5)
