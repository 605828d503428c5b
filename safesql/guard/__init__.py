"""From a statement to its effect, its findings, its verdict, and the clearance to send it."""
