"""Questions about goals, ratings and answers, within the asker's clinics and caseload."""
