"""What the failure doctor and the lock guard ask a server: who blocks, what it remembers, how columns are defined."""
