"""Safeguarding: anybody here can raise a concern; its lead and those named see it, nobody else."""
