"""The locks a statement takes, whether it rewrites or scans the table under them, and what to write instead: by text.

``locks_of`` is the way in. What only the catalog tells, such as the present type of a column, stays open: None.
"""

from safesql.guard.locks.lock import Blocks, Lock
from safesql.guard.locks.reading import locks_of

__all__ = ["Blocks", "Lock", "locks_of"]
