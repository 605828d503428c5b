"""A script's run, followed by its ledger, and gone on with after it was interrupted.

    place      which script on which server and database: the ledger's name, and the lines that begin a run
    announced  a statement that is about to be sent
    follow     what is about to be sent and what was done, line by line: the port ``Witness``
    numbered   the number of a transaction before its COMMIT, on disk: the port ``Keeper``
    outcome    what became of a statement that was sent and never answered
    replay     what of the statements before the session needs again
    survey     the script read up to where it stopped: unchanged, and what is needed again can be had
    passing    the statements that are over are passed over, the session made what it was: the port of ``batch``
    going_on   all of that for one run: from ``--resume`` to where the script goes on
"""
