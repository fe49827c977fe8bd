"""The system as `make run` starts it: real processes, seen through the public API only."""
