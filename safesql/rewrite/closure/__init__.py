"""What foreign keys do behind a statement: from the rows it takes to the rows of other tables that go or change.

    place   a table as the server resolves it, and what tells its rows apart
    edge    one foreign key; asked by ``edges``, read by ``edges_of``
    start   what a statement itself does to one table
    graph   which tables are reached, and over which foreign keys
    shelf   queries beside each other, where they must not stand inside of each other
    rows    a predicate for the rows of each of them
    reach   all of it: ``reached(starts, edges, dialect)``
"""
