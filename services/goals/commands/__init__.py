"""What can happen to goals, ratings and answers, and what is heard of cases and clinics."""
