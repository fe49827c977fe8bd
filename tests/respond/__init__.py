"""The respondent’s pages on the real goals and clinics services, in one process."""
