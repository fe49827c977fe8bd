"""Plumbing and contract that every service stands on. No business rule may live here."""
