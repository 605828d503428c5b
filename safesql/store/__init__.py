"""What is written down: the audit log, the history and the review file, all of them private."""
