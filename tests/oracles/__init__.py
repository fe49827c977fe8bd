"""Published numbers that the clinical rules must come to; printed as docs/reference/oracles.md."""
