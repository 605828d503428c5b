"""Definitions of tables from the catalog, by aspect, so that a change of any of them can be told and named.

    asked       the question for all families, and its answer by table and aspect
    postgres, mysql, sqlite       the catalog of each family
    deferred    constraints that COMMIT would look at
    standing    where a session stands: database, role, schemas, and whether the server was failed over
"""
