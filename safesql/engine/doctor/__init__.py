"""The failure doctor: what a server can tell of a statement that failed, asked while it still knows.

``doctor`` is held by the session: it watches what runs and adds its findings to the error. ``foresight`` asks before a
statement runs: keys that will not fit, big tables that would be blocked, transactions in whose queue it would stand.
"""
