"""The ledger of a script's run: what was about to be sent, what was done, how far it came.

    entry      one line of it, and how that is written and read
    writer     lines on their way to the disk: buffered, handed to the system, or synced
    course     how far a run came, from all lines in order
    ledger     the folder: one file for each script on each target, under a lock
"""
