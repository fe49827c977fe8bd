"""Tests of progress: rules, folding, reading, its calls, its process."""
