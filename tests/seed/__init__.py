"""The demo's history."""
