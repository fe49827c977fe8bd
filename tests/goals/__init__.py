"""The goals service, and the measures that it scores with."""
