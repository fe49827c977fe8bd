"""Questions; the only SELECTs. Row-level security has left out every other clinic already."""
