"""The clinical lead's front end: nothing is forgotten; caseloads; the clinic's settings."""
