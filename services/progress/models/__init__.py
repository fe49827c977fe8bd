"""Tables of progress and the shapes of its answers."""
