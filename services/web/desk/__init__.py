"""The front desk: run the day, take referrals in, book, and see who was told what."""
