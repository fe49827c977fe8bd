"""Ending a case: what that does, what is still open, how it ended."""
