"""The event path: outbox, relay, bus, reader; each protection with the damage done without it."""
