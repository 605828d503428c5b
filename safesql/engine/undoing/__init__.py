"""The undo journal at work: what can be taken back, what is kept, and taking it back.

    outlook    before a statement is asked about: whether it can be taken back, or why not
    incoming   which rows an INSERT or REPLACE will add or overwrite
    keeper     rows before and after, kept inside the statement's own transaction
    arrived    the rows that came with the statement: by keys, by numbers, or by who wrote them
    measure    what the server itself counted, so that nothing was changed unseen
    witness    what can be asked about a transaction whose COMMIT got no answer
    resolve    what became of entries whose session ended without a word
    takeback   an entry turned round: conflicts found, statements made, rows compared
    inverting  the statements for that, in the order of ``steps``, by ``detour`` where rows exchanged unique values
    turning    rows that could not be put right, found while the change can still be rolled back
    staged     the same, as a review file that stops by itself at a conflict
"""
