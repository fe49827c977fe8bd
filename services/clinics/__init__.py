"""Owns clinics, their rooms, their staff and what staff may do, and settings by date."""
