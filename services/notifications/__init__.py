"""Notifications owns messages to people: what was said to whom, which way, what came of it."""
