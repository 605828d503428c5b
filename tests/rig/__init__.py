"""What a test run stands on: a virtual environment and throw-away servers. Standard library only."""
