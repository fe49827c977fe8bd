"""What people can do with appointments, and what this service keeps of others' events."""
