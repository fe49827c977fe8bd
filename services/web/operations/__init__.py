"""The operations front end: what is late, who waits, what is set aside. No names."""
