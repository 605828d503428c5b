"""Reviewed changes: a plan made, tried, approved, checked again, and applied as it was approved.

    files         the files of a plan, kept as they were when their digests were taken
    standing      the target as the server itself says what it is
    mentioned     the tables that a statement names
    dependence    what the statements before have changed, so that nothing is guessed
    shapes        digests of the definitions of tables
    step          one statement of a plan
    locking       whom a statement keeps waiting
    making        a plan from files and a session
    trial         the files run in a transaction that is always rolled back
    expected      how many rows a plan lets a statement touch
    approving     whose signatures count
    comparing     what is not as it was planned
    applying      everything checked again, then run
    reading       a plan as lines for a person
"""
