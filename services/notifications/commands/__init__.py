"""What others' events make this service say, and each step of a message on its way."""
