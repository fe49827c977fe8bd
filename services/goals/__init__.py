"""Goals in the client's own words, their ratings, and the measures that were answered."""
