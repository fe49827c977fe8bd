"""The scheduling service on a real database."""
