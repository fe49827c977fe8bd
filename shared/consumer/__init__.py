"""Reading: each event once, in its key's order, in the transaction that says it was read."""
