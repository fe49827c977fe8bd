"""Flags as every front end shows them: their words, their clocks, their page, acts about them."""
