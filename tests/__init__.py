"""Everything that holds Tidemark to its promises; the folders mirror the code."""
