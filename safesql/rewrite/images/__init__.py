"""Rows as they were, exactly: read so that nothing of a value is lost, and written back as literals of the server.

    shape      a table as far as its rows can be restored: columns, key, and what stands in the way
    asked      the questions to each family's catalog that shapes are made of
    cells      how each column is read, and the literal that means what was read
    capture    the queries for rows: by a condition, by their keys
    written_by   rows by the transaction that wrote them
    taken_apart  the changes in a WITH, each alone
    arriving   how the rows that an INSERT brings are found
    given      what an INSERT gives: columns, rows as a query, DEFAULTs
    settings   what the text of values depends on in PostgreSQL and MySQL, asked and set
    inverse    from changes to the statements that take them back
    reason     why a statement cannot be taken back, as far as its text tells
"""
