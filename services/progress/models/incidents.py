"""What an incident of a case that nobody can read is called, wherever it is asked for."""

UNREADABLE = "case: cannot be read"
FLAG_UNREADABLE = "flag: cannot be read"
