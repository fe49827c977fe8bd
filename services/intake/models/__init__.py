"""Tables and API shapes of this service."""
