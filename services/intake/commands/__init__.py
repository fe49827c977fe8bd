"""What people and events can make happen."""
