"""What services promise each other: events, and the measures that are data of the contract."""
