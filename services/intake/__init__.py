"""Owns referrals, people and how to reach them, and the opening and closing of cases."""
