"""Cases that stand still: what pages say of them, and where their answers can be looked at."""
