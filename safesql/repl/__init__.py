"""The prompt: keys, completion, highlighting, the live verdict, and the question."""
