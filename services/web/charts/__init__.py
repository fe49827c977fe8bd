"""Charts: pure functions from points to one sentence, one SVG and the same as a table."""
