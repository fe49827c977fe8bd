"""Scheduling owns appointments: who meets whom, where and when, and what became of it."""
